using Microsoft.AspNetCore.Http;
using Slipway.Api.BuildKit;
using Slipway.Api.Routing;
using Slipway.Api.Server;
using Slipway.Api.Wire;

namespace Slipway.Api.Routes;

/// <summary>The two requests of BuildKit's clients that turn their connection into HTTP/2: one on which they ask, and one on which they are asked.</summary>
internal static class BuildKitRoutes
{
    private const string Protocol = "h2c", Head = "Connection: Upgrade\r\nUpgrade: h2c\r\n";

    public static void Add(RouteTable routes)
    {
        routes.Post("grpc", AskAsync);
        routes.Post("session", ServeAsync);
    }

    /// <summary>Whether a request is one of these, which change nothing themselves.</summary>
    public static bool IsUpgrade(HttpRequest request) => request.Headers.Upgrade.ToString().Equals(Protocol, StringComparison.OrdinalIgnoreCase);

    private static async Task AskAsync(ApiRequest request)
    {
        ApiConnection connection = await CheckAsync(request).ConfigureAwait(false);
        try
        {
            await connection.HijackAsync(101, Head).ConfigureAwait(false);
            await request.Services.ServeHttp2(connection).ConfigureAwait(false);
        }
        finally
        {
            request.Http.Abort();
        }
    }

    private static async Task ServeAsync(ApiRequest request)
    {
        ApiConnection connection = await CheckAsync(request).ConfigureAwait(false);
        var headers = request.Http.Request.Headers;
        Session.Require(name => headers[name].ToString());
        try
        {
            HijackedStream stream = await connection.HijackAsync(101, Head).ConfigureAwait(false);
            await Session.ServeAsync(request.Services.BuildKit.Sessions, name => headers[name].OfType<string>(), stream, connection.ConnectionClosed).ConfigureAwait(false);
        }
        finally
        {
            request.Http.Abort();
        }
    }

    private static async Task<ApiConnection> CheckAsync(ApiRequest request)
    {
        if (!IsUpgrade(request.Http.Request))
            throw ApiException.BadRequest($"{request.Http.Request.Path}: the request asks for no upgrade to {Protocol}: another protocol is not supported");
        ApiConnection connection = request.Connection ?? throw ApiException.BadRequest($"{request.Http.Request.Path}: this connection can't be upgraded");
        await JsonBody.SkipWholeAsync(request.Http.Request).ConfigureAwait(false);
        return connection;
    }
}

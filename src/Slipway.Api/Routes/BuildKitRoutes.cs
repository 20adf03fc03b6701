using Microsoft.AspNetCore.Http;
using Slipway.Api.BuildKit;
using Slipway.Api.Http2;
using Slipway.Api.Routing;
using Slipway.Api.Server;
using Slipway.Api.Wire;

namespace Slipway.Api.Routes;

/// <summary>The two requests of BuildKit's clients that turn their connection into HTTP/2: one on which they ask, and one on which they are asked.</summary>
internal static class BuildKitRoutes
{
    private const string Protocol = "h2c", Head = "Connection: Upgrade\r\nUpgrade: h2c\r\n";
    private const string Id = "X-Docker-Expose-Session-Uuid", SharedKey = "X-Docker-Expose-Session-Sharedkey", Method = "X-Docker-Expose-Session-Grpc-Method";

    public static void Add(RouteTable routes)
    {
        routes.Post("grpc", AskAsync);
        routes.Post("session", ServeAsync);
    }

    /// <summary>Whether a request is one of these, which change nothing themselves.</summary>
    public static bool IsUpgrade(HttpRequest request) => request.Headers.Upgrade.ToString().Equals(Protocol, StringComparison.OrdinalIgnoreCase);

    private static async Task AskAsync(ApiRequest request)
    {
        ApiConnection connection = Check(request);
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
        ApiConnection connection = Check(request);
        var headers = request.Http.Request.Headers;
        string id = headers[Id].ToString();
        if (id.Length == 0)
            throw ApiException.BadRequest($"session: the header {Id} is missing");
        WaitingTable<Session> sessions = request.Services.BuildKit.Sessions;
        try
        {
            HijackedStream stream = await connection.HijackAsync(101, Head).ConfigureAwait(false);
            await using var client = new Http2Client(stream);
            sessions.Add(id, new Session(id, headers[SharedKey].ToString(), headers[Method].OfType<string>().ToHashSet(StringComparer.Ordinal), client));
            try
            {
                await client.RunAsync(connection.ConnectionClosed).ConfigureAwait(false);
            }
            finally
            {
                sessions.Remove(id);
            }
        }
        finally
        {
            request.Http.Abort();
        }
    }

    private static ApiConnection Check(ApiRequest request)
    {
        if (!IsUpgrade(request.Http.Request))
            throw ApiException.BadRequest($"{request.Http.Request.Path}: the request asks for no upgrade to {Protocol}: another protocol is not supported");
        return request.Connection ?? throw ApiException.BadRequest($"{request.Http.Request.Path}: this connection can't be upgraded");
    }
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Slipway.Api.Grpc;
using Slipway.Api.Routes;
using Slipway.Api.Routing;
using Slipway.Api.Wire;

namespace Slipway.Api.Server;

/// <summary>Every request: (1) the version is taken off the path, (2) a route is found, (3) it answers, (4) what it throws becomes docker's error object.</summary>
internal sealed class ApiApplication(ApiServices services) : IHttpApplication<HttpContext>
{
    private readonly RouteTable _routes = AllRoutes.Make();
    private readonly GrpcServer _grpc = new(services, services.BuildKit.Calls);
    private long _moves;
    private readonly string _server = $"Slipway/{services.Options.Version.Number} (linux)";

    /// <summary>How many requests have begun, and how many have ended: as long as it stays the same nobody does anything but wait.</summary>
    public long Moves => Interlocked.Read(ref _moves);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        Interlocked.Increment(ref _moves);
        try
        {
            await ProcessAsync(context).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Increment(ref _moves);
        }
    }

    private async Task ProcessAsync(HttpContext context)
    {
        long began = services.Engine.Options.Clock.GetTimestamp();
        HttpResponse response = context.Response;
        response.Headers["Api-Version"] = ApiVersion.Newest.ToString();
        response.Headers["Docker-Experimental"] = "false";
        response.Headers["Ostype"] = "linux";
        response.Headers.Server = _server;
        int status;
        try
        {
            status = GrpcServer.IsCall(context.Request) ? await _grpc.AnswerAsync(context).ConfigureAwait(false) : await AnswerAsync(context).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(context, e))
        {
            status = StatusCodes.Status499ClientClosedRequest;
            context.Abort();
        }
        catch (Exception e)
        {
            status = await FailAsync(context, e).ConfigureAwait(false);
        }
        if (services.Options.Audit is { } audit && Changes(context.Request))
        {
            string caller = context.Features.Get<Caller>()?.Name ?? "unknown";
            audit(new(caller, context.Request.Method, TargetOf(context), status, services.Engine.Options.Clock.GetElapsedTime(began)));
        }
    }

    private static bool Changes(HttpRequest request) => GrpcServer.IsCall(request) ? GrpcServer.Changes(request) : request.Method is "POST" or "PUT" or "DELETE" && !BuildKitRoutes.IsUpgrade(request);

    private async Task<int> AnswerAsync(HttpContext context)
    {
        // What a browser asks first; dockerd says yes to any path, and nothing more.
        if (HttpMethods.IsOptions(context.Request.Method))
            return context.Response.StatusCode = StatusCodes.Status200OK;
        string[] path = SplitPath(context);
        ApiVersion version = TakeVersion(ref path);
        if (_routes.Find(context.Request.Method, path) is not { } found)
            throw new ApiException(StatusCodes.Status404NotFound, "page not found");
        try
        {
            await found.Route.Handler(new ApiRequest(services, context, version, found.Values)).ConfigureAwait(false);
            return context.Features.Get<ApiConnection>()?.HijackStatus ?? context.Response.StatusCode;
        }
        finally
        {
            if (context.Features.Get<ApiConnection>() is { } connection)
                await connection.StopWatchingAsync().ConfigureAwait(false);
        }
    }

    // The path as it was sent: a name may have an escaped slash, which is none of the path's.
    private static string[] SplitPath(HttpContext context)
    {
        string raw = TargetOf(context);
        int query = raw.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? raw : raw[..query];
        // The form that proxies are sent: http://host/path.
        if (!path.StartsWith('/'))
            path = Uri.TryCreate(path, UriKind.Absolute, out Uri? uri) ? uri.AbsolutePath : "/" + path;
        return [.. path.Trim('/').Split('/').Select(Uri.UnescapeDataString)];
    }

    private static string TargetOf(HttpContext context) => context.Features.Get<IHttpRequestFeature>()!.RawTarget;

    private static ApiVersion TakeVersion(ref string[] path)
    {
        if (path[0] is not ['v', _, ..] || ApiVersion.TryParse(path[0].AsSpan(1)) is not { } version)
            return ApiVersion.Newest;
        if (version < ApiVersion.Oldest)
            throw ApiException.BadRequest($"client version {version} is too old. Minimum supported API version is {ApiVersion.Oldest}, please upgrade your client to a newer version");
        if (version > ApiVersion.Newest)
            throw ApiException.BadRequest($"client version {version} is too new. Maximum supported API version is {ApiVersion.Newest}");
        path = path[1..];
        return path.Length == 0 ? throw new ApiException(StatusCodes.Status404NotFound, "page not found") : version;
    }

    private static bool IsGone(HttpContext context, Exception e) =>
        (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested) || context.Features.Get<ApiConnection>()?.IsClosed == true;

    private async Task<int> FailAsync(HttpContext context, Exception e)
    {
        int status = ApiError.StatusOf(e);
        if (status == StatusCodes.Status500InternalServerError)
            services.Options.Failed?.Invoke($"{context.Request.Method} {TargetOf(context)}", e);
        if (context.Response.HasStarted || context.Features.Get<ApiConnection>()?.HijackStatus is not null)
        {
            // Too late for a status: the client sees that it was cut off.
            context.Abort();
            return status;
        }
        context.Response.Headers.ContentLength = null;
        await new ApiRequest(services, context, ApiVersion.Newest, []).JsonAsync(ApiError.Body(ApiError.MessageOf(e)), status).ConfigureAwait(false);
        return status;
    }
}

using Slipway.Api.BuildKit;
using Slipway.Api.Streams;
using Slipway.Engine;

namespace Slipway.Api.Server;

/// <summary>What the routes share.</summary>
/// <param name="engine">What the requests are about.</param>
/// <param name="options">What the server says of itself.</param>
/// <param name="serveHttp2">Serves what comes over a connection that was taken over as HTTP/2, until it is over.</param>
internal sealed class ApiServices(SlipwayEngine engine, ApiOptions options, Func<ApiConnection, Task> serveHttp2)
{
    public SlipwayEngine Engine { get; } = engine;

    /// <summary>What the server says of itself; another thing after a reload.</summary>
    public ApiOptions Options { get; set; } = options;

    /// <summary>Commands that clients had run.</summary>
    public ExecTable Execs { get; } = new();

    /// <summary>Clients at containers that don't run yet.</summary>
    public PendingAttachments Pending { get; } = new();

    /// <summary>See the constructor.</summary>
    public Func<ApiConnection, Task> ServeHttp2 { get; } = serveHttp2;

    /// <summary>Builds that can be ended by their names.</summary>
    public RunningBuilds Builds { get; } = new();

    /// <summary>BuildKit's calls.</summary>
    public BuildKitDoor BuildKit { get; } = new();

    /// <summary>What happens, for those who wait for it.</summary>
    public EventHub Events { get; } = new(engine);
}

using Slipway.Api.Streams;
using Slipway.Engine;

namespace Slipway.Api.Server;

/// <summary>What the routes share.</summary>
internal sealed class ApiServices(SlipwayEngine engine, ApiOptions options)
{
    public SlipwayEngine Engine { get; } = engine;

    public ApiOptions Options { get; } = options;

    /// <summary>Commands that clients had run.</summary>
    public ExecTable Execs { get; } = new();

    /// <summary>Clients at containers that don't run yet.</summary>
    public PendingAttachments Pending { get; } = new();

    /// <summary>What happens, for those who wait for it.</summary>
    public EventHub Events { get; } = new(engine);
}

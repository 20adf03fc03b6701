using Slipway.Engine.Containers.Requests;
using Slipway.Oci.Image;
using Slipway.Runtime.Restarting;

namespace Slipway.Engine.Containers;

/// <content>How it ends, and what comes after.</content>
public sealed partial record ContainerRequest
{
    /// <summary>A small init is its first process, which reaps orphans and hands signals on; null is no, unasked.</summary>
    public bool? Init { get; init; }

    /// <summary>Removed, with its anonymous volumes, when it ends.</summary>
    public bool AutoRemove { get; init; }

    /// <summary>What happens when it has ended by itself.</summary>
    public RestartPolicy Restart { get; init; } = RestartPolicy.None;

    /// <summary>How its health is looked after; null is as the image says, and what is unset in it too. A test <c>NONE</c>: nobody does.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>Where its output is kept.</summary>
    public LogRequest Log { get; init; } = LogRequest.Default;

    /// <summary>The signal that <c>stop</c> sends first: a name or a number.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Seconds that <c>stop</c> waits before it kills; null is 10.</summary>
    public int? StopTimeout { get; init; }
}

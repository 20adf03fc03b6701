namespace Slipway.Engine.Containers;

/// <content>How it ends, and what comes after.</content>
public sealed partial record ContainerRequest
{
    /// <summary>Removed, with its anonymous volumes, when it ends.</summary>
    public bool AutoRemove { get; init; }

    /// <summary>The signal that <c>stop</c> sends first: a name or a number.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Seconds that <c>stop</c> waits before it kills; null is 10.</summary>
    public int? StopTimeout { get; init; }
}

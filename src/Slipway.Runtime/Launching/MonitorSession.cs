using Slipway.Runtime.Attach;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Launching;

/// <summary>A container that has started.</summary>
/// <param name="State">What its monitor wrote to state.json.</param>
/// <param name="Attach">The owner's stream, from the first byte of output on; null when it was started detached. The caller disposes it.</param>
public sealed record MonitorSession(ContainerState State, AttachStream? Attach) : IDisposable
{
    /// <summary>As <see cref="Process.StartTiming.Render"/> has it; null where it wasn't asked for (<see cref="Bundles.MonitorConfig.Timing"/>).</summary>
    public string? Timing { get; init; }

    /// <summary>Streams of further clients, as many as were asked for, as early. The caller disposes them.</summary>
    public IReadOnlyList<AttachStream> More { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Attach?.Dispose();
        foreach (AttachStream stream in More)
            stream.Dispose();
    }
}

/// <summary>A process that has started inside a container.</summary>
/// <param name="Pid">Its number on the host.</param>
/// <param name="Attach">Its streams; null when it was started detached. The caller disposes it.</param>
public sealed record ExecSession(int Pid, AttachStream? Attach) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Attach?.Dispose();
}

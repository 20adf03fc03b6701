using Slipway.Linux;
using Slipway.Linux.Sockets;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Monitoring;

/// <summary>
/// A monitor's socket and state file, there while it serves. Removed once and never again: by the time that the monitor itself ends, the next
/// one of the same container may have made its own.
/// </summary>
internal sealed class ServedFiles : IDisposable
{
    private readonly string _runDir;
    private bool _removed;

    /// <summary>Makes the directory and listens in it.</summary>
    public ServedFiles(string runDir)
    {
        _runDir = runDir;
        RunFiles.MakeDirectory(runDir);
        Listener = SocketAddress.Listen(runDir, RunFiles.SocketName);
    }

    /// <summary>Where later clients come from.</summary>
    public SafeFd Listener { get; }

    public void WriteState(ContainerState state) => RunFiles.WriteState(_runDir, state);

    /// <summary>Takes no more clients; the state file stays until <see cref="Dispose"/>.</summary>
    public void Close()
    {
        if (Listener.IsClosed)
            return;
        Listener.Dispose();
        File.Delete(Path.Combine(_runDir, RunFiles.SocketName));
    }

    /// <summary>Leaves the state file to whoever starts the container again.</summary>
    public void Leave() => _removed = true;

    public void Dispose()
    {
        if (_removed)
            return;
        _removed = true;
        Close();
        File.Delete(Path.Combine(_runDir, RunFiles.StateName));
    }
}

using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Logs;

/// <summary>Waits until a log grows or its container ends.</summary>
internal sealed class LogFollower : IDisposable
{
    private readonly string _runDir;
    private readonly SafeFd _changes = Inotify.Create();
    private readonly SafeFd _wake = EventFd.Create();
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;

    // Its end is the last thing that a monitor does, and also what is left to see of one that was killed.
    private readonly SafeFd? _monitor;

    public LogFollower(string path, string runDir, CancellationToken cancellation)
    {
        _runDir = runDir;
        _cancellation = cancellation;
        _registration = cancellation.Register(() => EventFd.Raise(_wake));
        if (ContainerProbe.ReadState(runDir) is { } state)
            _monitor = ContainerProbe.OpenMonitor(state);
        if (_monitor is not null)
            Watch(path);
    }

    private void Watch(string path)
    {
        try
        {
            Inotify.WatchFile(_changes, path);
            Inotify.WatchEntries(_changes, _runDir);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            // Removed just now: the monitor's end, or the missing state file, ends the following.
        }
    }

    /// <summary>Whether more can come.</summary>
    public bool IsRunning => _monitor is not null
        && File.Exists(Path.Combine(_runDir, RunFiles.StateName))
        && Poller.Wait([new PollEntry(_monitor.Number, PollEvents.Readable)], 0) == 0;

    /// <summary>Waits for a change of any kind.</summary>
    public void Wait()
    {
        PollEntry[] entries = [new(_changes.Number, PollEvents.Readable), new(_monitor!.Number, PollEvents.Readable), new(_wake.Number, PollEvents.Readable)];
        Poller.Wait(entries, Timeout.Infinite);
        _cancellation.ThrowIfCancellationRequested();
        Inotify.Drain(_changes);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _monitor?.Dispose();
        _changes.Dispose();
        _wake.Dispose();
    }
}

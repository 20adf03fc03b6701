using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Logs;

/// <summary>Waits until a log grows or its container ends. One that is started again by its policy has not ended.</summary>
internal sealed class LogFollower : IDisposable
{
    // Between the monitor that has waited and the next, which slip starts.
    private const int HandOverMilliseconds = 10_000, LookMilliseconds = 50;

    private readonly string _path;
    private readonly string _runDir;
    private readonly SafeFd _changes = Inotify.Create();
    private readonly SafeFd _wake = EventFd.Create();
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private bool _restarts;
    private long _handOverEnd;

    // Its end is the last thing that a monitor does, and also what is left to see of one that was killed.
    private SafeFd? _monitor;

    public LogFollower(string path, string runDir, CancellationToken cancellation)
    {
        _path = path;
        _runDir = runDir;
        _cancellation = cancellation;
        _registration = cancellation.Register(() => EventFd.Raise(_wake));
        Take();
        if (_monitor is not null)
            Watch(() => Inotify.WatchEntries(_changes, _runDir));
    }

    /// <summary>Whether more can come.</summary>
    public bool IsRunning
    {
        get
        {
            if (_monitor is null)
                return false;
            // Before anything is read: a file that takes the place of this one is watched from its beginning.
            Watch(() => Inotify.WatchFile(_changes, _path));
            if (ContainerProbe.ReadState(_runDir) is { } state)
            {
                _restarts = state.RestartAt is not null;
                if (ContainerProbe.IsMonitorAlive(state))
                {
                    _handOverEnd = 0;
                    return true;
                }
            }
            else if (!_restarts)
                return false;
            return IsHandedOver();
        }
    }

    /// <summary>Waits for a change of any kind; false where none can come any more.</summary>
    public bool Wait()
    {
        PollEntry[] entries = [new(_changes.Number, PollEvents.Readable), new(_handOverEnd > 0 ? -1 : _monitor!.Number, PollEvents.Readable), new(_wake.Number, PollEvents.Readable)];
        Poller.Wait(entries, _handOverEnd > 0 ? LookMilliseconds : Timeout.Infinite);
        _cancellation.ThrowIfCancellationRequested();
        Inotify.Drain(_changes);
        Take();
        return true;
    }

    public void Dispose()
    {
        _registration.Dispose();
        _monitor?.Dispose();
        _changes.Dispose();
        _wake.Dispose();
    }

    private bool IsHandedOver()
    {
        if (!_restarts || ContainerProbe.IsSaidStopped(_runDir))
            return false;
        long now = Environment.TickCount64;
        if (_handOverEnd == 0)
            _handOverEnd = now + HandOverMilliseconds;
        return now < _handOverEnd;
    }

    private void Take()
    {
        if (ContainerProbe.ReadState(_runDir) is not { } state || ContainerProbe.OpenMonitor(state) is not { } monitor)
            return;
        _monitor?.Dispose();
        _monitor = monitor;
    }

    private static void Watch(Action add)
    {
        try
        {
            add();
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            // Removed just now: the monitor's end, or the missing state file, ends the following.
        }
    }
}

using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Cgroups;

/// <summary>
/// Tells when the kernel killed a process of a cgroup for want of memory, by its counter. What makes us look is on v1 an eventfd
/// (cgroup-v1/memory.rst, "OOM Control"), which is raised before the kill and again while the victim dies, on v2 a change of the file.
/// </summary>
internal sealed class OomWatch : IDisposable
{
    private const string ControlV1 = "memory.oom_control", RegistrationV1 = "cgroup.event_control", EventsV2 = "memory.events";
    private const int UnsureMilliseconds = 1000;

    private readonly string _file;
    private readonly bool _isV1;
    private long _killed, _unsureUntil;

    private OomWatch(string file, bool isV1, SafeFd signal)
    {
        (_file, _isV1, Signal) = (file, isV1, signal);
        _killed = Killed();
    }

    /// <summary>Readable when there may be news; <see cref="Happened"/> then tells.</summary>
    public SafeFd Signal { get; }

    /// <summary>A kill has been announced and not happened yet: ask again soon.</summary>
    public bool IsUnsure => Environment.TickCount64 < _unsureUntil;

    /// <summary>Watches a container's cgroup; null where its memory isn't counted, or it has gone.</summary>
    public static OomWatch? TryOpen(Cgroup cgroup)
    {
        foreach (string directory in cgroup.Paths)
        {
            if (File.Exists($"{directory}/{ControlV1}"))
                return TryOpenV1(directory);
            if (File.Exists($"{directory}/{EventsV2}"))
                return TryOpenV2(directory);
        }
        return null;
    }

    /// <summary>Whether memory ran out since the last call.</summary>
    public bool Happened()
    {
        bool raised = Drain();
        long before = _killed;
        _killed = Killed();
        if (_killed > before || raised && _isV1 && MustWait())
        {
            _unsureUntil = 0;
            return true;
        }
        if (raised && _isV1)
            _unsureUntil = Environment.TickCount64 + UnsureMilliseconds;
        return false;
    }

    public void Dispose() => Signal.Dispose();

    private static OomWatch? TryOpenV1(string directory)
    {
        string file = $"{directory}/{ControlV1}";
        SafeFd signal = EventFd.Create();
        try
        {
            using SafeFd control = SmallFile.Open(file);
            SmallFile.Write($"{directory}/{RegistrationV1}", string.Create(CultureInfo.InvariantCulture, $"{signal.Number} {control.Number}"));
            return new OomWatch(file, isV1: true, signal);
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            signal.Dispose();
            return null;
        }
        catch
        {
            signal.Dispose();
            throw;
        }
    }

    private static OomWatch? TryOpenV2(string directory)
    {
        string file = $"{directory}/{EventsV2}";
        SafeFd signal = Inotify.Create();
        try
        {
            Inotify.WatchFile(signal, file);
            return new OomWatch(file, isV1: false, signal);
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            signal.Dispose();
            return null;
        }
        catch
        {
            signal.Dispose();
            throw;
        }
    }

    private bool Drain()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        if (_isV1)
            return FdIo.Read(Signal, count) > 0;
        Inotify.Drain(Signal);
        return true;
    }

    // Nobody is killed where that is switched off: they wait until there is memory.
    private bool MustWait() => (SmallFile.TryReadText(_file) ?? "").Contains("oom_kill_disable 1", StringComparison.Ordinal);

    private long Killed()
    {
        foreach (string line in (SmallFile.TryReadText(_file) ?? "").Split('\n'))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal) && long.TryParse(line[9..], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                return count;
        }
        return 0;
    }
}

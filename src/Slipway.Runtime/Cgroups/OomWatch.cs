using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Cgroups;

/// <summary>Tells when a cgroup runs out of memory: v1 by an eventfd (cgroup-v1/memory.rst, "OOM Control"), v2 by a change of its counters.</summary>
internal sealed class OomWatch : IDisposable
{
    private const string ControlV1 = "memory.oom_control", RegistrationV1 = "cgroup.event_control", EventsV2 = "memory.events";

    private readonly string _file;
    private readonly bool _isV1;
    private long _killed;

    private OomWatch(string file, bool isV1, SafeFd signal)
    {
        (_file, _isV1, Signal) = (file, isV1, signal);
        _killed = Killed();
    }

    /// <summary>Readable when there may be news; <see cref="Happened"/> then tells.</summary>
    public SafeFd Signal { get; }

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
        if (_isV1)
        {
            // The kernel also raises it when the cgroup is removed.
            Span<byte> count = stackalloc byte[sizeof(ulong)];
            return FdIo.Read(Signal, count) > 0 && File.Exists(_file);
        }
        Inotify.Drain(Signal);
        long before = _killed;
        _killed = Killed();
        return _killed > before;
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

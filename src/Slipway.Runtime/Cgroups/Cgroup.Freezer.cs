using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <content>Stops and continues everything in the group at once (cgroup-v2.rst, "cgroup.freeze"; cgroup-v1/freezer-subsystem.rst).</content>
public sealed partial class Cgroup
{
    private const string StateV1 = "freezer.state", SwitchV2 = "cgroup.freeze", EventsV2 = "cgroup.events";
    private const int MostMilliseconds = 10_000, RetryMilliseconds = 1, RoundsBetweenThaws = 50;

    /// <summary>Whether its processes are stopped, or are about to be.</summary>
    public bool IsFrozen() => FindFile(StateV1) is { } v1
        ? SmallFile.TryReadText(v1) is { } state && !state.StartsWith("THAWED", StringComparison.Ordinal)
        : FindFile(SwitchV2) is { } v2 && SmallFile.TryReadText(v2) is { } value && value.StartsWith('1');

    /// <summary>Stops its processes and returns once all are. Frozen already is no error.</summary>
    /// <exception cref="SlipwayException">NotSupported: this host's cgroups can't. Conflict: not all stopped within ten seconds; they run again.</exception>
    public void Freeze()
    {
        bool isV1 = FindFile(StateV1) is not null;
        string file = FindFile(StateV1) ?? FindFile(SwitchV2)
            ?? throw new SlipwayException(ErrorKind.NotSupported, "freeze the container: it is in no cgroup that can: neither the v1 freezer nor cgroup v2");
        if (isV1 ? FreezeV1(file) : FreezeV2(file))
            return;
        Thaw();
        throw new SlipwayException(ErrorKind.Conflict, $"freeze the cgroup '{Path.GetDirectoryName(file)}': not all processes stopped in time");
    }

    /// <summary>Lets its processes run. One that isn't frozen, or is gone, is left as it is.</summary>
    public void Thaw()
    {
        if (FindFile(StateV1) is { } v1)
            TryWrite(v1, "THAWED");
        else if (FindFile(SwitchV2) is { } v2)
            TryWrite(v2, "0");
    }

    // Nothing tells when it is done: reading the state makes the kernel look. What forks or stops at that very moment can leave it undone
    // for good, until it is thawed and frozen anew.
    private static bool FreezeV1(string file)
    {
        for (int round = 1; round * RetryMilliseconds < MostMilliseconds; round++)
        {
            SmallFile.Write(file, "FROZEN");
            if ((SmallFile.TryReadText(file) ?? "").StartsWith("FROZEN", StringComparison.Ordinal))
                return true;
            if (round % RoundsBetweenThaws == 0)
                SmallFile.Write(file, "THAWED");
            Poller.Wait([], RetryMilliseconds);
        }
        return false;
    }

    // The events file is notified of a change (poll(2), POLLPRI) since it was last read.
    private static bool FreezeV2(string file)
    {
        using SafeFd events = SmallFile.Open($"{Path.GetDirectoryName(file)}/{EventsV2}");
        SmallFile.Write(file, "1");
        long end = Environment.TickCount64 + MostMilliseconds;
        while (!SmallFile.ReadAgain(events).Contains("frozen 1", StringComparison.Ordinal))
        {
            int left = (int)(end - Environment.TickCount64);
            if (left <= 0)
                return false;
            Span<PollEntry> entry = [new PollEntry(events.Number, PollEvents.Priority)];
            Poller.Wait(entry, left);
        }
        return true;
    }

    private static void TryWrite(string file, string value)
    {
        try
        {
            SmallFile.Write(file, value);
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ENODEV)
        {
        }
    }

    // The first of the group's directories that has such a file.
    private string? FindFile(string name) => Paths.Select(path => $"{path}/{name}").FirstOrDefault(File.Exists);
}

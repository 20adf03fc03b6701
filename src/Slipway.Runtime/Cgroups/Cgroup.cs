using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <summary>
/// The control groups of one container: one directory in a v2 tree, one in each v1 hierarchy that is used; none where the host gives none.
/// Any process may take it up by its paths.
/// </summary>
public sealed partial class Cgroup
{
    private const int SIGKILL = 9, MaxRounds = 1000;

    private readonly Lazy<CgroupHost> _host;

    /// <summary>Takes up the cgroup of a container that was started earlier.</summary>
    /// <param name="paths">As <see cref="Paths"/> gave them.</param>
    public Cgroup(IReadOnlyList<string> paths)
    {
        Paths = paths;
        _host = new(CgroupHost.Read);
    }

    internal Cgroup(IReadOnlyList<string> paths, CgroupHost host)
    {
        Paths = paths;
        _host = new(host);
    }

    /// <summary>The directories, absolute; empty where there are none.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <inheritdoc cref="Cgroup(IReadOnlyList{string})"/>
    public static Cgroup Open(IReadOnlyList<string> paths) => new(paths);

    /// <summary>What there is of a path in this host's hierarchies, where nobody has written down which of them have it.</summary>
    /// <param name="path">From the root of a hierarchy: <c>/slipway/ID</c>.</param>
    public static Cgroup OpenAt(string path)
    {
        CgroupHost host = CgroupHost.Read();
        IEnumerable<CgroupHierarchy> all = host.Unified is { } unified ? host.V1.Append(unified) : host.V1;
        return new([.. all.Select(hierarchy => hierarchy.MountPoint + path).Where(Directory.Exists)], host);
    }

    /// <summary>
    /// Kills every process in it, frozen ones too, and returns when none is left. A process that forks meanwhile is found in the next round.
    /// In a shared one nobody is killed: <see cref="IsShared"/>.
    /// </summary>
    /// <exception cref="SlipwayException">Internal: new ones came faster than they could be killed.</exception>
    public void Kill()
    {
        if (Paths.Count == 0 || IsShared())
            return;
        TryKillAtOnce(Paths[0]);
        KillRounds(static _ => true);
    }

    /// <summary>Kills the processes in it of which this says yes, as <see cref="Kill()"/> does.</summary>
    internal void Kill(Func<int, bool> isOurs)
    {
        if (Paths.Count > 0)
            KillRounds(isOurs);
    }

    private void KillRounds(Func<int, bool> isOurs)
    {
        string directory = Paths[0];
        for (int round = 0; round < MaxRounds; round++)
        {
            List<int> pids = [.. Members(directory).Where(isOurs)];
            if (pids.Count == 0)
                return;
            KillAndWait(pids, isOurs);
        }
        throw new SlipwayException(ErrorKind.Internal, $"kill the processes of cgroup '{directory}': some are left after {MaxRounds} rounds");
    }

    /// <summary>
    /// Removes the directories, with any that were made below; those that are gone already are no error. What others are in of a shared one stays.
    /// </summary>
    /// <exception cref="SlipwayException">Conflict: there are processes in it.</exception>
    public void Remove() => Remove(IsShared() ? Paths.Where(static path => Members(path).Count == 0) : Paths.Concat(Later()));

    /// <summary>As <see cref="Remove()"/>, of these directories and no others.</summary>
    internal static void Remove(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            try
            {
                RemoveTree(path);
            }
            catch (IOException error)
            {
                throw new SlipwayException(ErrorKind.Conflict, $"remove the cgroup '{path}': {error.Message.ToLowerInvariant()}", error);
            }
        }
    }

    /// <summary><see cref="Kill()"/>, then <see cref="Remove()"/>.</summary>
    public void KillAndRemove()
    {
        Kill();
        Remove();
    }

    /// <summary>
    /// How it went with its memory: whether the kernel killed a process for want of it, and the most that was used at a time. Ask before
    /// <see cref="Remove()"/>; nothing where memory isn't counted.
    /// </summary>
    public MemoryOutcome Memory()
    {
        foreach (string path in Paths)
        {
            if (SmallFile.TryReadText($"{path}/memory.events") is { } events)
                return new(HasKills(events), Bytes($"{path}/memory.peak")); // since Linux 5.19
            if (SmallFile.TryReadText($"{path}/memory.oom_control") is { } control)
                return new(HasKills(control), Bytes($"{path}/memory.max_usage_in_bytes"));
        }
        return default;
    }

    private static bool HasKills(string counters)
    {
        foreach (ReadOnlySpan<char> line in counters.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("oom_kill ") && line is not "oom_kill 0")
                return true;
        }
        return false;
    }

    private static long? Bytes(string path) =>
        long.TryParse(SmallFile.TryReadText(path), System.Globalization.NumberStyles.AllowTrailingWhite, System.Globalization.CultureInfo.InvariantCulture, out long number) ? number : null;

    // v2 since Linux 5.14; elsewhere the rounds do it.
    private static void TryKillAtOnce(string directory)
    {
        using SafeFd? kill = SmallFile.TryOpenWrite($"{directory}/cgroup.kill");
        if (kill is not null)
            FdIo.Write(kill, "1"u8);
    }

    private void KillAndWait(List<int> pids, Func<int, bool> isOurs)
    {
        List<SafeFd> killed = [];
        foreach (int pid in pids)
        {
            SafeFd? process = PidFd.TryOpen(pid);
            // Asked once more, now that the number can't come to mean another one.
            if (process is not null && isOurs(pid) && PidFd.Signal(process, SIGKILL))
                killed.Add(process);
            else
                process?.Dispose();
        }
        // What is frozen on v1 doesn't even die.
        Thaw();
        foreach (SafeFd process in killed)
        {
            using (process)
            {
                Span<PollEntry> entry = [new PollEntry(process.Number, PollEvents.Readable)];
                Poller.Wait(entry, Timeout.Infinite);
            }
        }
    }

    // What an update has added in further v1 hierarchies since these paths were written down.
    private IEnumerable<string> Later()
    {
        if (Paths.Count == 0 || _host.Value.HierarchyOf(Paths[0]) is not { IsUnified: false } first)
            return [];
        string path = Paths[0][(first.MountPoint.Length + 1)..];
        return _host.Value.V1.Select(hierarchy => $"{hierarchy.MountPoint}/{path}").Except(Paths);
    }

    // rmdir only: a cgroup's files go with their directory. Not Directory.Delete, which wants to read them first.
    private static void RemoveTree(string path)
    {
        if (CgroupDirectory.TryRemove(path))
            return;
        foreach (string child in Directory.EnumerateDirectories(path))
            RemoveTree(child);
        CgroupDirectory.Remove(path);
    }
}

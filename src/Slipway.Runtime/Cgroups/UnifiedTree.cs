using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <summary>What the v2 tree wants of whoever makes a group in it (cgroup-v2.rst, "Enabling and Disabling", "Threads").</summary>
internal static class UnifiedTree
{
    // Those that work by threads: all that a threaded group can have.
    private static readonly string[] s_threaded = ["cpu", "cpuset", "perf_event", "pids"];

    /// <summary>
    /// Makes every directory above a path hand controllers down: those that are needed or nothing, the rest where it can be, for the figures.
    /// </summary>
    /// <param name="mountPoint">The tree.</param>
    /// <param name="path">The path of the group, whose parents exist or not.</param>
    /// <param name="needed">Controllers with a limit.</param>
    /// <param name="wanted">Further ones.</param>
    public static void Enable(string mountPoint, string path, IReadOnlyCollection<string> needed, IEnumerable<string> wanted)
    {
        string[] all = [.. needed.Union(wanted)];
        if (all.Length == 0)
            return;
        string directory = mountPoint;
        foreach (string part in path.Split('/'))
        {
            EnableIn(directory, all, needed);
            directory = $"{directory}/{part}";
            if (directory.Length < mountPoint.Length + 1 + path.Length)
                CgroupDirectory.TryMake(directory);
        }
    }

    /// <summary>A group below a threaded one can hold processes only when it is threaded itself, and then has no controllers of memory and disks.</summary>
    /// <exception cref="SlipwayException">NotSupported: such limits are wanted.</exception>
    public static void MakeValid(string directory, IReadOnlyCollection<string> needed)
    {
        string type = (SmallFile.TryReadText($"{directory}/cgroup.type") ?? "domain").Trim();
        if (type == "domain")
            return;
        if (needed.Except(s_threaded).FirstOrDefault() is { } controller)
            throw new SlipwayException(ErrorKind.NotSupported, $"limit {controller} in the cgroup '{directory}': it lies in a threaded one") { Hint = "choose another cgroup path" };
        if (type == "domain invalid")
            SmallFile.Write($"{directory}/cgroup.type", "threaded");
    }

    private static void EnableIn(string directory, string[] all, IReadOnlyCollection<string> needed)
    {
        string[] missing = [.. all.Except(Words($"{directory}/cgroup.subtree_control"))];
        if (missing.Length == 0)
            return;
        string[] available = Words($"{directory}/cgroup.controllers");
        if (missing.Except(available).Intersect(needed).FirstOrDefault() is { } absent)
            throw CgroupHost.Missing(absent);
        missing = [.. missing.Intersect(available)];
        if (missing.Length == 0 || TryEnable(directory, missing) is null)
            return;
        // One by one: the kernel takes all of a write or nothing.
        foreach (string controller in missing)
        {
            if (TryEnable(directory, [controller]) is { } error && needed.Contains(controller))
                throw Refused(directory, controller, error);
        }
    }

    private static Errno? TryEnable(string directory, string[] controllers)
    {
        try
        {
            SmallFile.Write($"{directory}/cgroup.subtree_control", string.Join(' ', controllers.Select(controller => "+" + controller)));
            return null;
        }
        catch (LinuxException error)
        {
            return error.Errno;
        }
    }

    private static string[] Words(string file) => (SmallFile.TryReadText(file) ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static SlipwayException Refused(string directory, string controller, Errno error) =>
        new(ErrorKind.Denied, $"enable the cgroup controller {controller} in '{directory}': {LinuxException.Explain(error)}")
        {
            Hint = error == Errno.EBUSY ? "processes are in that cgroup itself: move them into one below it, as 'mkdir init; for p in $(cat cgroup.procs); do echo $p > init/cgroup.procs; done' does there" : null,
        };
}

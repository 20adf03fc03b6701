using Slipway.Linux;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Cgroups;

/// <summary>What a further process of a container writes itself into.</summary>
internal static class CgroupJoin
{
    /// <summary>Opens <c>tasks</c> (v1) or <c>cgroup.procs</c> (v2) of each directory; null when one is gone, and the container with it.</summary>
    /// <param name="paths">The container's cgroups.</param>
    /// <param name="targetPid">Its first process.</param>
    public static List<SafeFd>? Open(IReadOnlyList<string> paths, int targetPid)
    {
        var joins = new List<SafeFd>();
        foreach (string path in paths)
        {
            if ((SmallFile.TryOpenWrite($"{path}/tasks") ?? SmallFile.TryOpenWrite($"{UnifiedDirectory(path, targetPid)}/cgroup.procs")) is { } join)
            {
                joins.Add(join);
                continue;
            }
            joins.ForEach(opened => opened.Dispose());
            return null;
        }
        return joins;
    }

    // An init that has made groups of its own, as systemd does, has also left the container's: v2 lets nobody into a group that hands
    // controllers down. Then the new process goes where the first one is.
    private static string UnifiedDirectory(string path, int targetPid)
    {
        if (SmallFile.TryReadText($"{path}/cgroup.subtree_control") is not { } handedDown || handedDown.Trim().Length == 0)
            return path;
        string line = (SmallFile.TryReadText($"/proc/{targetPid}/cgroup") ?? "").Split('\n').FirstOrDefault(entry => entry.StartsWith("0::", StringComparison.Ordinal)) ?? "";
        string? below = CgroupHost.Read().Unified is { } tree ? tree.MountPoint + line[Math.Min(3, line.Length)..] : null;
        return below is not null && below.StartsWith(path + "/", StringComparison.Ordinal) ? below : path;
    }
}

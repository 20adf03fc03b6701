using Slipway.Linux.Processes;

namespace Slipway.Runtime.Mounts;

/// <summary>Where this mount namespace shows the kernel's own file systems (proc_pid_mountinfo(5)).</summary>
internal static class KernelMountList
{
    /// <summary>Mount points of procfs and sysfs, those that were mounted last first.</summary>
    public static IReadOnlyList<string> Read()
    {
        var points = new List<string>();
        foreach (string line in (SmallFile.TryReadText("/proc/self/mountinfo") ?? "").Split('\n'))
        {
            bool kernels = line.Contains(" - proc ", StringComparison.Ordinal) || line.Contains(" - sysfs ", StringComparison.Ordinal);
            if (kernels && line.Split(' ') is { Length: > 4 } fields)
                points.Insert(0, fields[4].Replace("\\040", " ", StringComparison.Ordinal));
        }
        return points;
    }
}

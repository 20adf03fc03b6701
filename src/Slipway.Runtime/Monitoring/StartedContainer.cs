using Slipway.Linux;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Process;

namespace Slipway.Runtime.Monitoring;

/// <summary>A real container's process.</summary>
/// <param name="process">The process and its cgroup.</param>
/// <param name="ownsCgroup">The cgroup is this process's own, and ends with it. An exec's is its container's.</param>
internal sealed class StartedContainer(StartedProcess process, bool ownsCgroup) : IStartedContainer
{
    public int Pid => process.Pid;

    public SafeFd PidFd => process.PidFd;

    public SafeFd? PtyMaster => process.PtyMaster;

    public IReadOnlyList<string> CgroupPaths => process.Cgroup.Paths;

    /// <summary>The numbers that the starter takes; the caller keeps the descriptors open meanwhile.</summary>
    public static StdioFds? FdsOf(ChildStdio? stdio) =>
        stdio is null ? null : new StdioFds(stdio.Input.Number, stdio.Output.Number, stdio.Errors.Number);

    public MemoryOutcome CleanUp()
    {
        if (!ownsCgroup)
            return default;
        MemoryOutcome memory = process.Cgroup.Memory();
        process.Cgroup.Kill();
        process.Cgroup.Remove();
        return memory;
    }

    public void Dispose() => process.Dispose();
}

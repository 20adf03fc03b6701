using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Monitoring;

namespace Slipway.Runtime.Tests.Monitoring;

/// <summary>Starts a program on the host, on pipes: what the monitor does is the same with or without a container around its process.</summary>
internal sealed class HostStarter(params string[] args) : IContainerStarter
{
    public bool Terminal => false;

    public (uint Uid, uint Gid) Owner => (0, 0);

    public IStartedContainer Start(ChildStdio? stdio)
    {
        int pid = Spawn.Start(args[0], args, ["PATH=/usr/bin:/bin"], [stdio!.Input, stdio.Output, stdio.Errors], newSession: true);
        return new HostProcess(pid, PidFd.TryOpen(pid)!);
    }

    private sealed class HostProcess(int pid, SafeFd pidFd) : IStartedContainer
    {
        public int Pid => pid;

        public SafeFd PidFd => pidFd;

        public SafeFd? PtyMaster => null;

        public IReadOnlyList<string> CgroupPaths => [];

        public MemoryOutcome CleanUp() => default;

        public void Dispose() => pidFd.Dispose();
    }
}

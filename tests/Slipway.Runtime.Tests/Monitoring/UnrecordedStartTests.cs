using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Linux.Sockets;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Monitoring;
using Xunit;

namespace Slipway.Runtime.Tests.Monitoring;

/// <summary>A build that is killed is swept while its monitor is still starting the step: the monitor's directory goes under its feet.</summary>
public sealed class UnrecordedStartTests
{
    [Fact]
    public void Run_StateCannotBeWritten_ProcessIsKilledAndItsCgroupCleanedUp()
    {
        using var directory = new TempDirectory();
        var config = new MonitorConfig { Id = "test", Bundle = directory.Root, RunDir = directory.Path("run"), ExitPath = directory.Path("exit.json") };
        (SafeFd ours, SafeFd theirs) = UnixSocket.Pair();
        using (ours)
        {
            var starter = new SweptStarter(config.RunDir);
            Assert.ThrowsAny<IOException>(() => new ContainerMonitor(config, starter, TimeProvider.System).Run(theirs, attach: true));
            Assert.True(starter.CleanedUp);
            Assert.False(Directory.Exists($"/proc/{starter.Pid}"));
            theirs.Dispose();
        }
    }

    private sealed class SweptStarter(string runDir) : IContainerStarter, IStartedContainer
    {
        public bool CleanedUp { get; private set; }

        public bool Terminal => false;

        public (uint Uid, uint Gid) Owner => (0, 0);

        public int Pid { get; private set; }

        public SafeFd PidFd { get; private set; } = null!;

        public SafeFd? PtyMaster => null;

        public IReadOnlyList<string> CgroupPaths => [];

        public IStartedContainer Start(ChildStdio? stdio)
        {
            Pid = Spawn.Start("/bin/sleep", ["sleep", "1000"], [], [stdio!.Input, stdio.Output, stdio.Errors], newSession: true);
            PidFd = Slipway.Linux.Processes.PidFd.TryOpen(Pid)!;
            Directory.Delete(runDir, recursive: true);
            return this;
        }

        public MemoryOutcome CleanUp()
        {
            CleanedUp = true;
            return default;
        }

        public void Dispose() => PidFd.Dispose();
    }
}

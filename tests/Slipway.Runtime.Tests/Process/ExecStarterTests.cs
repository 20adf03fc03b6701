using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Process;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

public sealed class ExecStarterTests
{
    [Fact]
    public void Start_InARunningContainer_SharesItsNamespaces()
    {
        using var container = new RunningContainer();
        Assert.Equal("box\n", container.Exec(TestRoot.ProcessOf("hostname")).Output);
        Assert.Contains(" sleep 1000", container.Exec(TestRoot.ProcessOf("ps")).Output, StringComparison.Ordinal);
        Assert.Equal("0\n1\n2\n3\n", container.Exec(TestRoot.ProcessOf("ls", "/proc/self/fd")).Output);
    }

    [Fact]
    public void Start_InARunningContainer_JoinsItsCgroup()
    {
        using var container = new RunningContainer();
        // In the container's cgroup namespace: the root is its own group.
        Assert.Contains(CgroupHost.Read().IsUnifiedOnly ? "0::/\n" : "pids:/\n", container.Exec(TestRoot.ProcessOf("cat", "/proc/self/cgroup")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_Terminal_IsOneOfTheContainers()
    {
        using var container = new RunningContainer();
        ExecOptions options = container.Options(TestRoot.ProcessOf("tty") with { Terminal = true });
        using StartedProcess started = ExecStarter.Start(options);
        Assert.Equal("/dev/pts/0\r\n", RunningContainer.Read(started.PtyMaster!));
        TestRoot.Wait(started);
    }

    [Fact]
    public void Start_User_HasNoInheritableCapability()
    {
        using var container = new RunningContainer();
        ProcessSpec process = TestRoot.ProcessOf("grep", "-E", "Cap(Inh|Amb|Eff)", "/proc/self/status") with { User = new UserSpec { Uid = 1, Gid = 1 } };
        Assert.Equal("CapInh:\t0000000000000000\nCapEff:\t0000000000000000\nCapAmb:\t0000000000000000\n", container.Exec(process).Output);
    }

    [Fact]
    public void Start_MissingCommand_IsNotFound()
    {
        using var container = new RunningContainer();
        SlipwayException error = Assert.Throws<SlipwayException>(() => container.Exec(TestRoot.ProcessOf("nope")));
        Assert.Equal(ErrorKind.CommandNotFound, error.Kind);
    }

    [Fact]
    public void Start_WrongStartTime_IsNotTheContainer()
    {
        using var container = new RunningContainer();
        ExecOptions options = container.Options(TestRoot.ProcessOf("true"));
        SlipwayException error = Assert.Throws<SlipwayException>(() => ExecStarter.Start(options with { TargetStartTime = options.TargetStartTime + 1 }));
        Assert.Equal(ErrorKind.NotFound, error.Kind);
    }

    // CVE-2024-21626: a descriptor of the engine's must not be a way out.
    [Fact]
    public void Start_DirectoryThroughADescriptor_StaysInside()
    {
        using var container = new RunningContainer();
        for (int fd = 0; fd <= 40; fd++)
        {
            try
            {
                RunResult result = container.Exec(TestRoot.ProcessOf("sh", "-c", "pwd; ls -d ../../../../bin/busybox") with { Cwd = $"/proc/self/fd/{fd}" });
                Assert.StartsWith("/", result.Output, StringComparison.Ordinal);
            }
            catch (SlipwayException error)
            {
                Assert.Contains("chdir to the working directory", error.Message, StringComparison.Ordinal);
            }
        }
    }

    private sealed class RunningContainer : IDisposable
    {
        private readonly TestRoot _root = TestRoot.Create();
        private readonly StartedProcess _started;

        public RunningContainer()
        {
            using SafeFd nothing = FdIo.OpenNull();
            _started = ProcessStarter.Start(_root.Spec("sleep", "1000"), _root.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        }

        public ExecOptions Options(ProcessSpec process, StdioFds? stdio = null) => new()
        {
            TargetPid = _started.Pid,
            TargetStartTime = ProcessStat.StartTime(_started.Pid)!.Value,
            Process = process,
            CgroupPaths = _started.Cgroup.Paths,
            Stdio = stdio,
        };

        public RunResult Exec(ProcessSpec process)
        {
            (SafeFd read, SafeFd write) = FdIo.Pipe();
            using SafeFd reader = read;
            StartedProcess started;
            using (write)
            using (SafeFd nothing = FdIo.OpenNull())
                started = ExecStarter.Start(Options(process, new StdioFds(nothing.Number, write.Number, write.Number)));
            using (started)
            {
                string output = Read(reader);
                return new RunResult(TestRoot.Wait(started), output);
            }
        }

        public static string Read(SafeFd from)
        {
            var bytes = new List<byte>();
            var buffer = new byte[4096];
            int count;
            while ((count = FdIo.Read(from, buffer)) > 0)
                bytes.AddRange(buffer.AsSpan(0, count));
            return System.Text.Encoding.UTF8.GetString([.. bytes]);
        }

        public void Dispose()
        {
            _started.Cgroup.Kill();
            TestRoot.Wait(_started);
            _started.Cgroup.Remove();
            _started.Dispose();
            _root.Dispose();
        }
    }
}

using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Process;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

public sealed class ProcessStarterTests
{
    [Fact]
    public void Start_Echo_RunsInTheRoot()
    {
        using TestRoot root = TestRoot.Create();
        RunResult result = root.Run("sh", "-c", "echo hello; pwd; hostname; exit 3");
        Assert.Equal("hello\n/\nbox\n", result.Output);
        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public void Start_Default_HasItsOwnPids()
    {
        using TestRoot root = TestRoot.Create();
        Assert.Equal("1\n", root.Run("sh", "-c", "echo $$").Output);
    }

    [Fact]
    public void Start_Default_HasNoCapabilityToPassOn()
    {
        using TestRoot root = TestRoot.Create();
        string[] status = root.Run("grep", "Cap", "/proc/self/status").Output.Split('\n');
        Assert.Contains("CapInh:\t0000000000000000", status);
        Assert.Contains("CapAmb:\t0000000000000000", status);
        Assert.Contains("CapBnd:\t00000000800405fb", status);
        Assert.Contains("CapEff:\t00000000800405fb", status);
    }

    [Fact]
    public void Start_Default_HasThreeDescriptors()
    {
        using TestRoot root = TestRoot.Create();
        // ls has the directory itself open besides.
        Assert.Equal("0\n1\n2\n3\n", root.Run("ls", "/proc/self/fd").Output);
    }

    [Fact]
    public void Start_Default_IgnoresNoSignalAndBlocksNone()
    {
        using TestRoot root = TestRoot.Create();
        string[] status = root.Run("grep", "Sig", "/proc/self/status").Output.Split('\n');
        Assert.Contains("SigIgn:\t0000000000000000", status);
        Assert.Contains("SigBlk:\t0000000000000000", status);
    }

    [Fact]
    public void Start_Default_MasksAndProtects()
    {
        using TestRoot root = TestRoot.Create();
        RunResult result = root.Run("sh", "-c", "cat /proc/interrupts | wc -c; ls /sys/firmware | wc -l; echo 1 > /proc/sys/kernel/panic; mkdir /sys/fs/cgroup/x; true");
        Assert.StartsWith("0\n0\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, result.Output.Split("Read-only file system").Length - 1);
    }

    [Fact]
    public void Start_Default_HasOurDevices()
    {
        using TestRoot root = TestRoot.Create();
        string output = root.Run("stat", "-c", "%n %t:%T %a", "/dev/null", "/dev/zero", "/dev/tty", "/dev/urandom").Output;
        Assert.Equal("/dev/null 1:3 666\n/dev/zero 1:5 666\n/dev/tty 5:0 666\n/dev/urandom 1:9 666\n", output);
    }

    [Fact]
    public void Start_Sysctl_IsSet()
    {
        using TestRoot root = TestRoot.Create();
        Assert.Equal("0\t2147483647\n", root.Run("cat", "/proc/sys/net/ipv4/ping_group_range").Output);
    }

    [Fact]
    public void Start_NewNetwork_HasLoopbackUp()
    {
        using TestRoot root = TestRoot.Create();
        Assert.Contains("LOOPBACK,UP", root.Run("ip", "addr").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_User_HasExactlyItsGroups()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("sh", "-c", "id -u; id -g; id -G; grep CapEff /proc/self/status");
        spec = spec with { Process = spec.Process! with { User = new UserSpec { Uid = 1000, Gid = 1001, AdditionalGids = [1001, 2000] } } };
        Assert.Equal("1000\n1001\n1001 2000\nCapEff:\t0000000000000000\n", root.Run(spec).Output);
    }

    [Fact]
    public void Start_ReadonlyRoot_CannotBeWritten()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("sh", "-c", "touch /x; touch /dev/shm/y && echo ok") with { Root = new RootSpec { Path = "rootfs", Readonly = true } };
        Assert.Equal("touch: /x: Read-only file system\nok\n", root.Run(spec).Output);
    }

    [Fact]
    public void Start_Write_LandsInTheUpperLayer()
    {
        using TestRoot root = TestRoot.Create();
        root.Run("touch", "/made");
        Assert.True(File.Exists(root.Upper + "/made"));
        Assert.False(File.Exists(root.Layer + "/made"));
    }

    [Fact]
    public void Start_MissingDirectory_IsMade()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("sh", "-c", "pwd");
        Assert.Equal("/a/b\n", root.Run(spec with { Process = spec.Process! with { Cwd = "/a/b" } }).Output);
    }

    [Fact]
    public void Start_NoNewPrivileges_IsSet()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("grep", "-E", "NoNewPrivs|Seccomp:", "/proc/self/status");
        Assert.Equal("NoNewPrivs:\t1\nSeccomp:\t2\n", root.Run(spec with { Process = spec.Process! with { NoNewPrivileges = true } }).Output);
        Assert.Equal("NoNewPrivs:\t0\nSeccomp:\t2\n", root.Run(spec).Output);
    }

    [Fact]
    public void Start_Limits_AreSetOrLoweredToTheHosts()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("sh", "-c", "ulimit -n; ulimit -Hn");
        spec = spec with { Process = spec.Process! with { Rlimits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 77, Hard = 1UL << 40 }] } };
        string[] lines = root.Run(spec).Output.Split('\n');
        Assert.Equal("77", lines[0]);
    }

    [Theory]
    [InlineData("nope", ErrorKind.CommandNotFound, "exec: \"nope\": executable file not found in $PATH")]
    [InlineData("/nope", ErrorKind.CommandNotFound, "exec: \"/nope\": no such file or directory")]
    [InlineData("/etc", ErrorKind.CommandNotExecutable, "exec: \"/etc\": is a directory")]
    [InlineData("/etc/plain", ErrorKind.CommandNotExecutable, "exec: \"/etc/plain\": permission denied")]
    [InlineData("/etc/garbage", ErrorKind.CommandNotExecutable, "exec: \"/etc/garbage\": exec format error")]
    [InlineData("plain", ErrorKind.CommandNotExecutable, "exec: \"plain\": permission denied")]
    public void Start_CommandThatCannotRun_SaysWhy(string command, ErrorKind kind, string message)
    {
        using TestRoot root = TestRoot.Create();
        File.WriteAllText(root.Layer + "/etc/plain", "x");
        File.WriteAllText(root.Layer + "/bin/plain", "x");
        File.WriteAllText(root.Layer + "/etc/garbage", "\x01\x02garbage");
        File.SetUnixFileMode(root.Layer + "/etc/garbage", (UnixFileMode)0x1ed);
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(command));
        Assert.Equal(message, error.Message);
        Assert.Equal(kind, error.Kind);
        Assert.False(Directory.Exists($"/sys/fs/cgroup/pids/slipway-tests/{root.Id}"));
    }

    [Fact]
    public void Start_Terminal_IsTheControllingOne()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("sh", "-c", "tty; stat -c %t:%T /dev/console; echo from tty > /dev/tty");
        spec = spec with { Process = spec.Process! with { Terminal = true, ConsoleSize = new ConsoleSize { Height = 30, Width = 90 } } };
        using StartedProcess started = ProcessStarter.Start(spec, root.Options());
        Assert.NotNull(started.PtyMaster);
        Assert.Equal("/dev/pts/0\r\n88:0\r\nfrom tty\r\n", TestRoot.Finish(started, started.PtyMaster).Output);
    }

    [Fact]
    public void Start_ReadonlyBind_ShowsTheSource()
    {
        using TestRoot root = TestRoot.Create();
        string source = Directory.CreateDirectory(root.Path + "/source").FullName;
        File.WriteAllText(source + "/file", "content\n");
        RuntimeSpec spec = root.Spec("sh", "-c", "cat /deep/in/file /one; touch /deep/in/new");
        spec = spec with
        {
            Mounts =
            [
                .. spec.Mounts!,
                new MountSpec { Destination = "/deep/in", Type = "bind", Source = source, Options = ["rbind", "ro"] },
                new MountSpec { Destination = "/one", Type = "bind", Source = source + "/file", Options = ["bind"] },
            ],
        };
        Assert.Equal("content\ncontent\ntouch: /deep/in/new: Read-only file system\n", root.Run(spec).Output);
    }

    [Fact]
    public void Start_Container_LeavesNoMountBehind()
    {
        using TestRoot root = TestRoot.Create();
        string before = File.ReadAllText("/proc/self/mountinfo");
        root.Run("true");
        Assert.Equal(before, File.ReadAllText("/proc/self/mountinfo"));
    }

    // What kernels before 6.5 get: all layers in one string, by descriptors.
    [Fact]
    public void Start_OverlayOfOneString_IsTheSame()
    {
        using TestRoot root = TestRoot.Create();
        string second = Directory.CreateDirectory(root.Path + "/se:co\\nd").FullName;
        File.WriteAllText(second + "/top", "from the top layer\n");
        StartOptions options = root.Options();
        options = options with { Overlay = options.Overlay! with { LowersTopFirst = [second, root.Layer] } };
        (SafeFd read, SafeFd write) = FdIo.Pipe();
        using SafeFd reader = read;
        ChildStarted child;
        using (write)
        {
            var inputs = new PlanInputs { LowerByLower = false, Stdio = [write.Number, write.Number, write.Number] };
            child = new PlanRunner(StartPlanner.Plan(root.Spec("cat", "/top"), options, inputs), "cat").Run();
        }
        using var started = new StartedProcess(child.Pid, child.PidFd, null, Cgroup.Open([]));
        Assert.Equal("from the top layer\n", TestRoot.Finish(started, reader).Output);
    }

    [Fact]
    public void Start_MissingUpper_NamesTheStep()
    {
        using TestRoot root = TestRoot.Create();
        StartOptions options = root.Options();
        SlipwayException error = Assert.Throws<SlipwayException>(() => ProcessStarter.Start(root.Spec("true"), options with { Overlay = options.Overlay! with { Upper = "/nonexistent/upper" } }));
        Assert.Matches(@"^mount overlay of '/nonexistent/upper': ENOENT \(.*\) \(step \d+ of \d+: \w+\)$", error.Message);
    }
}

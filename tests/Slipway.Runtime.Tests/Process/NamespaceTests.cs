using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Process;
using Slipway.Runtime.Specs;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

/// <summary>Namespaces that need the parent's help: user, time, and a pid namespace of another container; and the pause before the start.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public void Start_UserNamespace_IsRootInsideOnly()
    {
        using TestRoot root = TestRoot.Create();
        RunResult result = root.Run(With(Mapped(root.Spec("sh", "-c", "id -u; cat /proc/self/uid_map; cat /proc/1/oom_score_adj"))));
        Assert.Equal(["0", "0 100000 65536", "123"], Lines(result.Output));
    }

    [Fact]
    public void Start_TimeNamespace_RunsAheadOfTheHost()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("cat", "/proc/uptime");
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!, new NamespaceSpec { Type = "time" }],
                TimeOffsets = new Dictionary<string, TimeOffset> { ["boottime"] = new() { Secs = 10_000_000 } },
            },
        };
        double inside = double.Parse(root.Run(spec).Output.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(inside, 10_000_000, 1e12);
    }

    [Fact]
    public void Start_UserAndTimeNamespace_AreBothThere()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = With(Mapped(root.Spec("sh", "-c", "id -u; echo $$")));
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!, new NamespaceSpec { Type = "time" }],
                TimeOffsets = new Dictionary<string, TimeOffset> { ["monotonic"] = new() { Secs = 5, Nanosecs = 7 } },
            },
        };
        Assert.Equal("0\n1\n", root.Run(spec).Output);
    }

    [Fact]
    public void Start_PidAndUserNamespaceByPath_SharesThemWithTheOther()
    {
        using TestRoot root = TestRoot.Create();
        using TestRoot other = TestRoot.Create();
        using SafeFd nothing = FdIo.OpenNull();
        using StartedProcess first = ProcessStarter.Start(Mapped(other.Spec("sleep", "1000")), other.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        try
        {
            RuntimeSpec spec = root.Spec("sh", "-c", "readlink /proc/self/ns/user; cat /proc/1/comm; [ $$ != 1 ] && echo second");
            NamespaceSpec[] joined = [new() { Type = "pid", Path = $"/proc/{first.Pid}/ns/pid" }, new() { Type = "user", Path = $"/proc/{first.Pid}/ns/user" }];
            spec = With(spec) with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux!.Namespaces!.Where(n => n.Type != "pid"), .. joined], Sysctl = null } };
            string user = new FileInfo($"/proc/{first.Pid}/ns/user").LinkTarget!;
            Assert.Equal([user, "sleep", "second"], Lines(root.Run(spec).Output));
        }
        finally
        {
            PidFd.Signal(first.PidFd, 9);
            TestRoot.Wait(first);
            first.Cgroup.Remove();
        }
    }

    [Fact]
    public void Start_WithFifo_WaitsForIt()
    {
        using TestRoot root = TestRoot.Create();
        string fifo = root.Path + "/fifo";
        (SafeFd read, SafeFd write) = FdIo.Pipe();
        using SafeFd reader = read;
        StartedProcess started;
        using (write)
        using (SafeFd both = Fifo.Make(fifo))
        {
            started = ProcessStarter.Start(root.Spec("echo", "started"), root.Options(new StdioFds(write.Number, write.Number, write.Number)) with { StartFifo = both });
        }
        using (started)
        {
            Assert.NotEqual("echo", File.ReadAllText($"/proc/{started.Pid}/comm").Trim());
            using SafeFd writer = Fifo.TryOpenWriter(fifo)!;
            FdIo.WriteAll(writer, "0"u8);
            Assert.Equal("started\n", TestRoot.Finish(started, reader).Output);
        }
    }

    [Theory]
    [InlineData("nope", ErrorKind.CommandNotFound)]
    [InlineData("/bin/nope", ErrorKind.CommandNotFound)]
    [InlineData("/bin", ErrorKind.CommandNotExecutable)]
    [InlineData("/bin/plain", ErrorKind.CommandNotExecutable)]
    public void Start_WithFifoAndNoSuchProgram_FailsBeforeItWaits(string program, ErrorKind kind)
    {
        using TestRoot root = TestRoot.Create();
        File.WriteAllText(root.Layer + "/bin/plain", "");
        string fifo = root.Path + "/fifo";
        using SafeFd both = Fifo.Make(fifo);
        Assert.Equal(kind, Assert.Throws<SlipwayException>(() => ProcessStarter.Start(root.Spec(program), root.Options() with { StartFifo = both })).Kind);
    }

    [Fact]
    public void Start_HookThrows_NothingIsLeft()
    {
        using TestRoot root = TestRoot.Create();
        int pid = 0;
        StartOptions options = root.Options() with
        {
            Mounted = birth =>
            {
                pid = birth.Pid;
                Assert.Contains(File.ReadAllLines($"/proc/{pid}/mountinfo"), line => line.Contains(" - proc ", StringComparison.Ordinal));
                throw new SlipwayException(ErrorKind.Denied, "the hook said no");
            },
        };
        Assert.Equal("the hook said no", Assert.Throws<SlipwayException>(() => ProcessStarter.Start(root.Spec("true"), options)).Message);
        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    private static string[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    private static RuntimeSpec With(RuntimeSpec spec) => spec with { Process = spec.Process! with { OomScoreAdj = 123 } };

    private static RuntimeSpec Mapped(RuntimeSpec spec)
    {
        IdMapping[] map = [new() { ContainerId = 0, HostId = 100_000, Size = 65_536 }];
        return spec with
        {
            Mounts = [.. spec.Mounts!.Where(mount => mount.Type != "cgroup")],
            Linux = spec.Linux! with { Namespaces = [.. DefaultSpec.Namespaces(ownNetwork: true), new() { Type = "user" }], UidMappings = map, GidMappings = map, Sysctl = null },
        };
    }
}

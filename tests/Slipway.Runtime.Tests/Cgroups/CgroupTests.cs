using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Host;
using Slipway.Runtime.Process;
using Slipway.Runtime.Tests.Process;
using Xunit;

namespace Slipway.Runtime.Tests.Cgroups;

public sealed class CgroupTests
{
    [Fact]
    public void Start_PidsLimit_IsTheKernels()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("pids");
        RuntimeSpec spec = root.Spec("sh", "-c", "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; true");
        Assert.Equal("100\n", root.Run(spec).Output);
    }

    [Fact]
    public void Kill_ManyProcesses_LeavesNone()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("pids");
        using SafeFd nothing = FdIo.OpenNull();
        RuntimeSpec spec = root.Spec("sh", "-c", "for i in 1 2 3 4 5; do sleep 1000 & done; wait");
        using StartedProcess started = ProcessStarter.Start(spec, root.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        Cgroup again = Cgroup.Open(started.Cgroup.Paths);
        again.Kill();
        Assert.Equal(128 + 9, TestRoot.Wait(started));
        Assert.Equal("", SmallFile.TryReadText(again.Paths[0] + "/cgroup.procs"));
        again.Remove();
        Assert.All(again.Paths, path => Assert.False(Directory.Exists(path)));
        again.Remove();
    }

    [Fact]
    public void Memory_BeyondTheLimit_TheKillAndThePeakAreSeen()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("memory");
        RuntimeSpec spec = root.Spec("sh", "-c", "head -c 100000000 /dev/zero | grep -c x; exit 0");
        spec = spec with { Linux = spec.Linux! with { Resources = new ResourcesSpec { Memory = new MemorySpec { Limit = 8 << 20, Swap = 8 << 20 } } } };
        using SafeFd nothing = FdIo.OpenNull();
        using StartedProcess started = ProcessStarter.Start(spec, root.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        TestRoot.Wait(started);
        MemoryOutcome memory = started.Cgroup.Memory();
        started.Cgroup.KillAndRemove();
        Assert.True(memory.OomKilled);
        Assert.InRange(memory.Peak!.Value, 7 << 20, 8 << 20);
    }

    [Fact]
    public void Start_ValueThatTheKernelRefuses_NamesTheFileAndLeavesNothing()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("cpu");
        RuntimeSpec spec = root.Spec("true");
        spec = spec with { Linux = spec.Linux! with { Resources = new ResourcesSpec { Cpu = new CpuSpec { Quota = 5, Period = 100_000 } } } };
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(spec));
        Assert.Matches("^set cpu.(cfs_quota_us to 5|max to 5 100000): EINVAL", error.Message);
        Assert.Empty(CgroupCreator.PossiblePaths(spec.Linux, root.Id));
    }

    [Fact]
    public void Start_DeviceRules_DenyWhatIsNotListed()
    {
        using TestRoot root = TestRoot.Create();
        RequireGroups();
        RuntimeSpec spec = root.Spec("sh", "-c", "echo x > /dev/null && echo fine; cat /dev/kmsg");
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Resources = new ResourcesSpec { Devices = Runtime.Specs.DefaultSpec.DeviceRules },
                Devices = [new DeviceSpec { Path = "/dev/kmsg", Type = "c", Major = 1, Minor = 11 }],
            },
        };
        Assert.Equal("fine\ncat: can't open '/dev/kmsg': Operation not permitted\n", root.Run(spec).Output);
    }

    [Fact]
    public void Parse_V1AndV2_FindsControllersAndKind()
    {
        const string MountInfo = """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
            41 31 0:38 / /sys/fs/my\040group rw,relatime - cgroup2 cgroup2 rw,nsdelegate
            """;
        IReadOnlyList<CgroupHierarchy> found = CgroupHierarchy.Parse(MountInfo);
        Assert.Equal(["cpu", "cpuacct"], found[0].Controllers);
        Assert.Equal(["name=systemd"], found[1].Controllers);
        Assert.Equal("/sys/fs/my group", found[2].MountPoint);
        Assert.True(found[2].IsUnified);
        Assert.Equal(CgroupVersion.Hybrid, HostCapabilities.VersionOf(found));
        Assert.Equal(CgroupVersion.None, HostCapabilities.VersionOf([]));
    }

    [Theory]
    [InlineData(null, "slipway/ID")]
    [InlineData("/slipway/x", "slipway/x")]
    [InlineData("slipway/x", "slipway/x")]
    [InlineData("x/y", "slipway/x/y")]
    [InlineData("/x//y/", "x/y")]
    public void Of_Given_IsBelowTheMountOrOurOwn(string? given, string expected) =>
        Assert.Equal(expected, CgroupPath.Of(given, "ID"));

    [Theory]
    [InlineData("/../x")]
    [InlineData("/a/../../x")]
    [InlineData("/")]
    [InlineData("system.slice:slipway:x")]
    public void Of_LeadingElsewhere_IsRefused(string given) =>
        Assert.Throws<SlipwayException>(() => CgroupPath.Of(given, "ID"));

    [Fact]
    public void Freeze_RunningProcesses_StandStillUntilThawed()
    {
        using var container = new Started("while :; do echo $((i=i+1)) > /tmp/count; done & while :; do :; done");
        Cgroup cgroup = container.Cgroup;
        Assert.False(cgroup.IsFrozen());
        container.WaitForMore("");
        cgroup.Freeze();
        Assert.True(cgroup.IsFrozen());
        string count = container.Count();
        Assert.All(cgroup.Processes(), pid => Assert.False(ConsumesTime(pid)));
        Assert.Equal(count, container.Count());
        cgroup.Freeze();
        cgroup.Thaw();
        Assert.False(cgroup.IsFrozen());
        container.WaitForMore(count);
    }

    [Fact]
    public void Kill_FrozenProcesses_LeavesNone()
    {
        using var container = new Started("for i in 1 2 3; do sleep 1000 & done; wait");
        container.Cgroup.Freeze();
        container.Cgroup.Kill();
        Assert.Equal(128 + 9, container.End());
        Assert.Empty(container.Cgroup.Processes());
    }

    [Fact]
    public void Create_GroupWithProcesses_IsRefusedAndLeftAlone()
    {
        using var container = new Started("sleep 1000");
        SlipwayException error = Assert.Throws<SlipwayException>(() => container.Root.Run(container.Root.Spec("true")));
        Assert.Equal(ErrorKind.Conflict, error.Kind);
        Assert.StartsWith("container's cgroup is not empty: 1 process(es) found", error.Message, StringComparison.Ordinal);
        Assert.Single(container.Cgroup.Processes());
    }

    [Theory]
    [InlineData(5L)] // the kernel refuses it, after the other directories are made
    [InlineData(50_000L)] // made in full, and not kept
    public void Create_ThatComesToNothing_LeavesWhatWasThereBefore(long quota)
    {
        RequireGroups();
        RequireController("cpu");
        CgroupHost host = CgroupHost.Read();
        string there = $"{(host.FindV1("pids") ?? host.FindV1("cpu") ?? host.Unified)!.MountPoint}/slipway-tests/there{quota}";
        CgroupDirectory.TryMake(there);
        try
        {
            var linux = new LinuxSpec { CgroupsPath = $"/slipway-tests/there{quota}", Resources = new ResourcesSpec { Cpu = new CpuSpec { Quota = quota } } };
            Exception? error = Record.Exception(() => CgroupCreator.Create(linux, "x", everyController: true).Dispose());
            Assert.Equal(quota == 5, error is SlipwayException);
            Assert.Equal([there], CgroupCreator.PossiblePaths(linux, "x"));
        }
        finally
        {
            CgroupDirectory.TryRemove(there);
        }
    }

    [Fact]
    public void Create_EveryController_JoinsThemAll()
    {
        RequireGroups();
        CgroupHost host = CgroupHost.Read();
        using CreatedCgroup created = CgroupCreator.Create(new LinuxSpec { CgroupsPath = "/slipway-tests/every" }, "x", everyController: true);
        int expected = host.IsUnifiedOnly ? 1 : host.V1.Count(hierarchy => !hierarchy.Controllers[0].StartsWith("name=", StringComparison.Ordinal));
        Assert.Equal(expected, created.Cgroup.Paths.Count);
        Assert.All(created.Cgroup.Paths, path => Assert.True(Directory.Exists(path)));
    }

    [Fact]
    public void Update_RunningContainer_BoundsIt()
    {
        using var container = new Started("while :; do :; done");
        RequireController("memory");
        RequireController("cpu");
        Cgroup updated = container.Cgroup.Update(new ResourcesSpec
        {
            Memory = new MemorySpec { Limit = 64 << 20 },
            Cpu = new CpuSpec { Quota = 50_000, Period = 50_000 },
            Pids = new PidsSpec { Limit = 7 },
            Devices = [new DeviceRule { Allow = false }, new DeviceRule { Allow = true, Type = "c", Major = 1, Minor = 3 }],
        });
        Assert.Equal("67108864", Value(updated, "memory.max", "memory.limit_in_bytes"));
        Assert.Equal(CgroupHost.Read().IsUnifiedOnly ? "50000 50000" : "50000", Value(updated, "cpu.max", "cpu.cfs_quota_us"));
        Assert.Equal("7", Value(updated, "pids.max", "pids.max"));
        Assert.All(updated.Paths, path => Assert.Contains(container.Process.Pid.ToString(), SmallFile.TryReadText(path + "/cgroup.procs")!.Split('\n')));
        // Lower and higher again, either order of memory and swap, a period alone.
        foreach (long limit in (long[])[32 << 20, 128 << 20, -1])
            updated = updated.Update(new ResourcesSpec { Memory = new MemorySpec { Limit = limit, Swap = limit } });
        updated = updated.Update(new ResourcesSpec { Cpu = new CpuSpec { Period = 100_000 } });
        Assert.Equal(CgroupHost.Read().IsUnifiedOnly ? "50000 100000" : "50000", Value(updated, "cpu.max", "cpu.cfs_quota_us"));
        // On v1 what was in use before the move is not counted here.
        if (CgroupHost.Read().IsUnifiedOnly)
            Assert.Throws<SlipwayException>(() => updated.Update(new ResourcesSpec { Memory = new MemorySpec { Limit = 4096, CheckBeforeUpdate = true } }));
        container.Cgroup.Kill();
        container.End();
        // The directories that came later go too, though these paths don't name them.
        container.Cgroup.Remove();
        Assert.All(updated.Paths, path => Assert.False(Directory.Exists(path)));
    }

    [Fact]
    public void Statistics_RunningContainer_CountItsProcesses()
    {
        using var container = new Started("while :; do echo $((i=i+1)) > /tmp/count; done");
        container.WaitForMore("");
        Cgroup cgroup = container.Cgroup.Update(new ResourcesSpec { Memory = new MemorySpec { Limit = 64 << 20 } });
        container.WaitForMore(container.Count());
        var read = cgroup.Statistics();
        Assert.Equal((1UL, 100UL), (read.Pids!.Current, read.Pids.Limit));
        Assert.Equal(64UL << 20, read.Memory!.Usage.Limit);
    }

    private static string? Value(Cgroup cgroup, params string[] files) => cgroup.Paths
        .SelectMany(path => files.Select(file => SmallFile.TryReadText($"{path}/{file}"))).FirstOrDefault(text => text is not null)?.Trim();

    private static bool ConsumesTime(int pid)
    {
        string Ticks() => string.Join(' ', SmallFile.TryReadText($"/proc/{pid}/stat")!.Split(' ')[13..15]);
        string before = Ticks();
        Poller.Wait([], 20);
        return before != Ticks();
    }

    private static void RequireController(string name)
    {
        CgroupHost host = CgroupHost.Read();
        if (host.FindV1(name) is null && !host.IsUnifiedController(name))
            Assert.Skip($"needs the cgroup controller {name}");
    }

    private static void RequireGroups()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("needs root");
        CgroupHost host = CgroupHost.Read();
        if (host.FindV1("devices") is null && host.Unified is null)
            Assert.Skip("needs cgroup v2, or v1 with the devices controller");
    }

    /// <summary>A container that runs a script until the test is over.</summary>
    private sealed class Started : IDisposable
    {
        private int? _end;

        public Started(string script)
        {
            Root = TestRoot.Create();
            RequireController("pids");
            using SafeFd nothing = FdIo.OpenNull();
            Process = ProcessStarter.Start(Root.Spec("sh", "-c", script), Root.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        }

        public TestRoot Root { get; }

        public StartedProcess Process { get; }

        public Cgroup Cgroup => Process.Cgroup;

        public string Count() => File.Exists(Root.Upper + "/tmp/count") ? File.ReadAllText(Root.Upper + "/tmp/count") : "";

        public void WaitForMore(string than)
        {
            for (int i = 0; i < 5000; i++)
            {
                if (Count() is { Length: > 0 } now && now != than)
                    return;
                Poller.Wait([], 1);
            }
            Assert.Fail("the container's process does not run");
        }

        public int End() => _end ??= TestRoot.Wait(Process);

        public void Dispose()
        {
            Cgroup.Kill();
            End();
            Cgroup.Remove();
            Process.Dispose();
            Root.Dispose();
        }
    }
}

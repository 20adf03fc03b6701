using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>The plan that is printed is what happens: every call in this order, and no other.</summary>
public sealed class PlanTests
{
    [Fact]
    public void Plan_DefaultBundle_IsWhatStraceSees() => AssertPlanned(static _ => { });

    [Fact]
    public void Plan_ManySettings_IsWhatStraceSees() => AssertPlanned(static config =>
    {
        config["process"]!["user"] = JsonNode.Parse("""{"uid":1000,"gid":1000,"additionalGids":[5,6],"umask":63}""");
        config["process"]!["oomScoreAdj"] = 100;
        config["process"]!["noNewPrivileges"] = false;
        config["process"]!["ioPriority"] = JsonNode.Parse("""{"class":"IOPRIO_CLASS_BE","priority":4}""");
        config["process"]!["rlimits"] = JsonNode.Parse("""[{"type":"RLIMIT_CORE","soft":0,"hard":0},{"type":"RLIMIT_NOFILE","soft":100,"hard":100}]""");
        config["root"]!["readonly"] = false;
        config["linux"]!["sysctl"] = JsonNode.Parse("""{"net.ipv4.ip_unprivileged_port_start":"80","kernel.domainname":"example"}""");
        config["linux"]!["seccomp"] = JsonNode.Parse("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO"}]}""");
        config["mounts"]!.AsArray().Add(JsonNode.Parse("""{"destination":"/made/host","type":"bind","source":"/usr/share","options":["rbind","ro"]}"""));
        config["mounts"]!.AsArray().Add(JsonNode.Parse("""{"destination":"/bin","type":"tmpfs","source":"tmpfs","options":["tmpcopyup"]}"""));
    });

    [Fact]
    public void Plan_UserAndTimeNamespaces_IsWhatStraceSees() => AssertPlanned(static config =>
    {
        JsonNode linux = config["linux"]!;
        linux["namespaces"]!.AsArray().Add(JsonNode.Parse("""{"type":"user"}"""));
        linux["namespaces"]!.AsArray().Add(JsonNode.Parse("""{"type":"time"}"""));
        linux["namespaces"]!.AsArray().Add(JsonNode.Parse("""{"type":"cgroup"}"""));
        linux["timeOffsets"] = JsonNode.Parse("""{"monotonic":{"secs":1000}}""");
        linux["uidMappings"] = JsonNode.Parse("""[{"containerID":0,"hostID":100000,"size":65536}]""");
        linux["gidMappings"] = JsonNode.Parse("""[{"containerID":0,"hostID":100000,"size":65536}]""");
    }, "proc", "dev", "sys");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plan_OfAnImage_IsWhatStraceSeesAndLeavesNothing(bool init)
    {
        using Slip slip = Slip.WithBusybox();
        string[] options = ["--rm", "-m", "64m", "-v", "data:/data", "-v", "/usr/share:/host:ro", "--user", "1000:5", "--read-only", "--cap-add", "net_admin", init ? "--init" : "--init=false", "busybox", "true"];
        string plan = slip.Ok(["run", "--plan", .. options]);
        Assert.Contains("memory.limit_in_bytes'  67108864  <- linux.resources.memory", plan.Replace("memory.max", "memory.limit_in_bytes", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("make the directory '", plan, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("ps", "-aq"));
        Assert.Equal("", slip.Ok("volume", "ls", "-q"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(slip.DataRoot, "containers")));
        string log = Path.Combine(slip.Scratch, "strace");
        Slip.Result run = slip.RunUnder(StraceLog.Command(log), ["run", .. options]);
        Assert.True(run.ExitCode == 0, run.Errors);
        new PlanPattern(plan).AssertIsWhatHappened(StraceLog.Read(log).Start());
    }

    [Fact]
    public void Run_TimingOfAnImage_IsOnStandardError()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result run = slip.Run("run", "--rm", "--timing", "busybox", "echo", "hello");
        Assert.Equal((0, "hello\n"), (run.ExitCode, run.Output));
        Assert.Contains("mount overlay of", run.Errors, StringComparison.Ordinal);
        Assert.EndsWith("  all\n", run.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, slip.Run("run", "--timing", "--plan", "busybox").ExitCode);
    }

    [Fact]
    public void Plan_OtherNamesInTheStrace_AreNoticed()
    {
        var pattern = new PlanPattern("     Clone   x  <- y\n     : clone3 fcntl close\n  1  Session  z  <- default\n     : setsid [umask]\n  2  Execute  a  <- b\n     : execve\n");
        string[] parent = ["mmap", "prctl", "socketpair", "rt_sigprocmask", "clone3"];
        pattern.AssertIsWhatHappened((parent, ["fcntl", "close", "setsid", "execve"]));
        pattern.AssertIsWhatHappened((parent, ["fcntl", "close", "setsid", "umask", "execve"]));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => pattern.AssertIsWhatHappened((parent, ["fcntl", "close", "umask", "execve"])));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => pattern.AssertIsWhatHappened((parent, ["fcntl", "close", "setsid", "brk", "execve"])));
    }

    [Fact]
    public void Plan_OfABundle_LeavesNothing()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("true", static config => config["linux"]!["resources"] = JsonNode.Parse("""{"pids":{"limit":7}}"""));
        Slip.Result plan = bundle.Call("plan", "--id", bundle.Id);
        Assert.Equal(0, plan.ExitCode);
        Assert.Contains("pids.max'  7  <- linux.resources.pids", plan.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(bundle.Kept)));
        Assert.Empty(Directory.EnumerateDirectories("/sys/fs/cgroup", bundle.Id, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }));
    }

    [Fact]
    public void Run_Timing_ListsEveryStepOfThePlanAndAddsUp()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("true", static _ => { });
        int steps = bundle.Call("plan").Output.Split('\n').Count(static line => line.Contains("<-", StringComparison.Ordinal) && char.IsAsciiDigit(line.TrimStart().FirstOrDefault()));
        Slip.Result run = bundle.Call("run", "--timing", bundle.Id);
        Assert.Equal(0, run.ExitCode);
        string[] tables = run.Errors.Split("\n\n");
        string[] costs = tables[0].Split('\n')[1..];
        Assert.Equal(steps + 2, costs.Length); // with Prepare and Clone
        Assert.Contains(costs, static line => line.EndsWith("mount proc on '/proc'", StringComparison.Ordinal));
        string[] sums = tables[1].Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.EndsWith("  all", sums[^1], StringComparison.Ordinal);
        Assert.InRange(Micros(sums[^1]) - costs.Sum(Micros), -0.1m * costs.Length, 0.1m * costs.Length); // each is rounded
        Assert.All(costs, static line => Assert.True(Micros(line) >= 0, line));
    }

    private static decimal Micros(string line) =>
        decimal.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], System.Globalization.CultureInfo.InvariantCulture);

    // Directories of the root that root of a user namespace may not make.
    private static void AssertPlanned(Action<JsonNode> change, params string[] directories)
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("true", change);
        foreach (string name in directories)
            Directory.CreateDirectory(Path.Combine(bundle.Rootfs, name));
        string log = Path.Combine(bundle.Rootfs, "..", "strace");
        Slip.Result plan = bundle.Call("plan");
        Assert.True(plan.ExitCode == 0, plan.Errors);
        Slip.Result run = bundle.CallUnder(StraceLog.Command(log), "run", bundle.Id);
        Assert.True(run.ExitCode == 0, run.Errors);
        new PlanPattern(plan.Output).AssertIsWhatHappened(StraceLog.Read(log).Start());
    }
}

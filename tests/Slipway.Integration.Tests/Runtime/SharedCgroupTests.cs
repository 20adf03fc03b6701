using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>A container in a cgroup that others are in: it runs, and nothing that is done to it is done to them.</summary>
public sealed class SharedCgroupTests
{
    private const string WithoutOwnPids = "without a pid namespace of its own";

    [Fact]
    public void Create_CgroupWithProcesses_WarnsAndStarts()
    {
        using RuntimeBundle first = RuntimeBundle.Run("sleep 100", static _ => { });
        using RuntimeBundle second = In(first, "true");
        Slip.Result run = second.Call("run", second.Id);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("level=warning msg=\"container's cgroup is not empty: 1 process(es) found", run.Errors, StringComparison.Ordinal);
        Assert.Contains("\"running\"", first.Call("state", first.Id).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_EmptyCgroupOfBefore_DoesNotWarn()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("true", static _ => { });
        string[] directories = PathsFor(bundle.CgroupPath);
        Array.ForEach(directories, static directory => Directory.CreateDirectory(directory));
        Slip.Result run = bundle.Call("run", bundle.Id);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.All(directories, static directory => Assert.False(Directory.Exists(directory)));
    }

    [Fact]
    public void Create_FrozenCgroup_IsRefusedAndLeavesItAsItWas()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("true", static _ => { });
        string? freezer = PathsFor(bundle.CgroupPath).FirstOrDefault(static path => path.Contains("/freezer/", StringComparison.Ordinal));
        Assert.SkipWhen(freezer is null, "there is no v1 freezer here");
        Directory.CreateDirectory(freezer);
        try
        {
            File.WriteAllText(Path.Combine(freezer, "freezer.state"), "FROZEN");
            Slip.Result run = bundle.Call("run", bundle.Id);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("container's cgroup unexpectedly frozen", run.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(bundle.Kept));
            Assert.StartsWith("FR", File.ReadAllText(Path.Combine(freezer, "freezer.state")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(freezer);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(WithoutOwnPids)]
    public async Task DeleteForce_SharedCgroup_EndsTheContainerAndNobodyElse(string how)
    {
        using RuntimeBundle first = RuntimeBundle.Run("sleep 100", Change(how));
        using RuntimeBundle second = In(first, "sleep 100 & sleep 100 & wait", how);
        using var bystander = new Bystander(first.CgroupPath);
        second.Ok("run", "--detach", second.Id);
        await Until(() => Ps(second).Length == 3);
        second.Ok("delete", "--force", second.Id);
        Assert.Equal([.. Ps(first).Append(bystander.Id).Order()], Members(first.CgroupPath));
        // Nor does the end of the first, whose own the cgroup was, take those who came later.
        first.Ok("delete", "--force", first.Id);
        Assert.Equal([bystander.Id], Members(first.CgroupPath));
    }

    [Fact]
    public async Task KillAll_SharedCgroupWithoutOwnPids_SignalsItsOwnOnly()
    {
        using RuntimeBundle first = RuntimeBundle.Run("sleep 100", Change(WithoutOwnPids));
        using RuntimeBundle second = In(first, "sleep 100 & sleep 100 & wait", WithoutOwnPids);
        second.Ok("run", "--detach", second.Id);
        await Until(() => Ps(second).Length == 3);
        int[] its = Ps(second);
        second.Ok("kill", "--all", second.Id, "KILL");
        await Until(() => !Members(first.CgroupPath).Intersect(its).Any());
        Assert.Equal(Ps(first), Members(first.CgroupPath));
        second.Ok("delete", second.Id);
        Assert.Contains("\"running\"", first.Call("state", first.Id).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_SharedCgroup_IsRefused()
    {
        using RuntimeBundle first = RuntimeBundle.Run("sleep 100", static _ => { });
        using RuntimeBundle second = In(first, "sleep 100");
        second.Ok("run", "--detach", second.Id);
        Slip.Result pause = second.Call("pause", second.Id);
        Assert.NotEqual(0, pause.ExitCode);
        Assert.Contains("shared", pause.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FailsInASharedCgroup_LeavesTheOthers()
    {
        using RuntimeBundle first = RuntimeBundle.Run("sleep 100", static _ => { });
        using RuntimeBundle second = In(first, "sleep 100");
        Slip.Result create = second.Call("create", "--pid-file", "/nothing/here", second.Id);
        Assert.NotEqual(0, create.ExitCode);
        Assert.False(Directory.Exists(second.Kept));
        Assert.Equal(Ps(first), Members(first.CgroupPath));
    }

    [Fact]
    public async Task DeleteForce_CreationThatWasCutOffInASharedCgroup_LeavesTheOthers()
    {
        using RuntimeBundle first = RuntimeBundle.Run("sleep 100", static _ => { });
        using RuntimeBundle second = In(first, "true");
        // Killed with the configuration kept and no record written: in a hook that kills the runtime, its parent.
        second.Change(static config => config["hooks"] = JsonNode.Parse("""{"createRuntime":[{"path":"/bin/sh","args":["sh","-c","kill -9 $PPID"]}]}"""));
        Assert.NotEqual(0, second.Call("run", second.Id).ExitCode);
        Assert.True(File.Exists(Path.Combine(second.Kept, "config.json")));
        second.Ok("delete", "--force", second.Id);
        // Its process, which ends with the runtime, may be at that still.
        await Until(() => Members(first.CgroupPath).SequenceEqual(Ps(first)));
        Assert.False(Directory.Exists(second.Kept));
    }

    [Fact]
    public void DeleteForce_SameIdUnderTwoRoots_EndsItsOwn()
    {
        // Both are in the cgroup that the id names.
        static void NoPath(JsonNode config) => config["linux"]!.AsObject().Remove("cgroupsPath");
        using RuntimeBundle first = RuntimeBundle.Run("sleep 100", NoPath), second = RuntimeBundle.Prepare("sleep 100", NoPath);
        Slip.Result run = second.Call("run", "--detach", first.Id);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("container's cgroup is not empty", run.Errors, StringComparison.Ordinal);
        first.Ok("delete", "--force", first.Id);
        Assert.Contains("\"running\"", second.Call("state", first.Id).Output, StringComparison.Ordinal);
        second.Ok("delete", "--force", first.Id);
        Assert.False(Directory.Exists($"/sys/fs/cgroup/pids/slipway/{first.Id}"));
    }

    private static Action<JsonNode> Change(string how) => config =>
    {
        if (how == WithoutOwnPids)
            config["linux"]!["namespaces"] = new JsonArray([.. config["linux"]!["namespaces"]!.AsArray().Where(static entry => (string?)entry!["type"] != "pid").Select(static entry => entry!.DeepClone())]);
    };

    private static RuntimeBundle In(RuntimeBundle other, string script, string how = "") => RuntimeBundle.Prepare(script, config =>
    {
        Change(how)(config);
        config["linux"]!["cgroupsPath"] = other.CgroupPath;
    });

    private static int[] Ps(RuntimeBundle bundle) => JsonNode.Parse(bundle.Call("ps", "--format", "json", bundle.Id).Output)!.AsArray().Select(static pid => (int)pid!).ToArray();

    private static async Task Until(Func<bool> condition)
    {
        for (long deadline = Environment.TickCount64 + 10_000; !condition(); await Task.Delay(10, TestContext.Current.CancellationToken))
            Assert.True(Environment.TickCount64 < deadline, "it did not come to that");
    }

    private static IEnumerable<int> Members(string path) =>
        File.ReadLines(Path.Combine(PathsFor(path).First(Directory.Exists), "cgroup.procs")).Select(static line => int.Parse(line, CultureInfo.InvariantCulture)).Order();

    // As the runtime uses them: every v1 hierarchy with controllers, or the v2 tree where that is all.
    private static string[] PathsFor(string path)
    {
        string[][] mounts = [.. File.ReadLines("/proc/self/mountinfo").Select(static line => line.Split(" - cgroup")).Where(static halves => halves.Length == 2)];
        string[][] first = [.. mounts.Where(static halves => halves[1].StartsWith(' ') && !halves[1].Contains("name=", StringComparison.Ordinal))];
        return [.. (first.Length > 0 ? first : mounts).Select(halves => halves[0].Split(' ')[4] + path)];
    }

    // A process of the host's in all directories of a cgroup, which go with it.
    private sealed class Bystander : IDisposable
    {
        private readonly string[] _directories;
        private readonly Process _process;

        public Bystander(string cgroup)
        {
            // Not on the test's own streams, which would stay open with it.
            _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec sleep 1000 > /dev/null 2>&1"]))!;
            _directories = [.. PathsFor(cgroup).Where(Directory.Exists)];
            foreach (string directory in _directories)
                File.WriteAllText(Path.Combine(directory, "cgroup.procs"), _process.Id.ToString(CultureInfo.InvariantCulture));
        }

        public int Id => _process.Id;

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            foreach (string directory in _directories.Where(Directory.Exists))
                Directory.Delete(directory);
        }
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>kill -9 of slip-runtime at moments spread over each command. Whenever it comes, <c>delete --force</c> leaves nothing.</summary>
public sealed class KilledRuntimeTests
{
    private const int Rounds = 30;

    [Theory]
    [InlineData(false, "create")]
    [InlineData(true, "create")]
    [InlineData(false, "run", "--detach")]
    [InlineData(true, "run", "--detach")]
    public void Creation_KilledAtAnyMoment_DeleteLeavesNothing(bool everything, params string[] command)
    {
        using RuntimeBundle bundle = Bundle(everything);
        KillAt(bundle, static () => { }, [.. command, bundle.Id]);
    }

    [Fact]
    public void Start_KilledAtAnyMoment_DeleteLeavesNothing()
    {
        using RuntimeBundle bundle = Bundle(everything: false);
        KillAt(bundle, () => bundle.Ok("create", bundle.Id), "start", bundle.Id);
    }

    [Fact]
    public void Exec_KilledAtAnyMoment_DeleteLeavesNothing()
    {
        using RuntimeBundle bundle = Bundle(everything: false);
        KillAt(bundle, () => bundle.Ok("run", "--detach", bundle.Id), "exec", bundle.Id, "/bin/busybox", "sh", "-c", $"true {bundle.Folder}");
    }

    [Fact]
    public void Delete_KilledAtAnyMoment_TheNextLeavesNothing()
    {
        using RuntimeBundle bundle = Bundle(everything: false);
        KillAt(bundle, () => bundle.Ok("run", "--detach", bundle.Id), "delete", "--force", bundle.Id);
    }

    // A user namespace, hooks of every kind and mounts make the steps at which parent and child wait for each other.
    private static RuntimeBundle Bundle(bool everything) => RuntimeBundle.Prepare("sleep 1000", config =>
    {
        config["linux"]!["resources"] = JsonNode.Parse("""{"pids":{"limit":50},"memory":{"limit":67108864},"devices":[{"allow":false,"access":"rwm"}]}""");
        if (!everything)
            return;
        config["linux"]!["namespaces"]!.AsArray().Add(JsonNode.Parse("""{"type":"user"}"""));
        config["linux"]!["uidMappings"] = JsonNode.Parse("""[{"containerID":0,"hostID":0,"size":65536}]""");
        config["linux"]!["gidMappings"] = JsonNode.Parse("""[{"containerID":0,"hostID":0,"size":65536}]""");
        config["hooks"] = JsonNode.Parse("""
            {"prestart":[{"path":"/bin/true"}],"createRuntime":[{"path":"/bin/true"}],"createContainer":[{"path":"/bin/true"}],
            "startContainer":[{"path":"/bin/busybox","args":["true"]}],"poststart":[{"path":"/bin/true"}],"poststop":[{"path":"/bin/true"}]}
            """);
    });

    private static void KillAt(RuntimeBundle bundle, Action before, params string[] command)
    {
        bundle.Change(config => config["process"]!["args"]![3] = $"sleep 1000; : {bundle.Folder}");
        int killed = 0;
        // Its whole duration first, then a kill at each of the moments.
        double whole = Round(bundle, before, command, null, ref killed);
        for (int i = 0; i < Rounds; i++)
        {
            int already = killed;
            double moment = whole * i / Rounds;
            Round(bundle, before, command, moment, ref killed);
            // It was over by then: that first time was taken when the machine was slower.
            if (killed == already && moment > 0)
                whole = Math.Min(whole, moment);
        }
        Assert.True(killed > Rounds / 4, $"only {killed} of {Rounds} were killed in time");
    }

    private static double Round(RuntimeBundle bundle, Action before, string[] command, double? killAt, ref int killed)
    {
        before();
        var clock = Stopwatch.StartNew();
        using Process process = bundle.Start(command);
        if (killAt is { } moment)
        {
            // WaitForExit counts whole milliseconds only.
            SpinWait.SpinUntil(() => clock.Elapsed.TotalMilliseconds >= moment);
            process.Kill();
        }
        process.WaitForExit();
        double took = clock.Elapsed.TotalMilliseconds;
        if (killAt is null)
            Assert.Equal(0, process.ExitCode);
        killed += process.ExitCode == 128 + 9 ? 1 : 0;
        Slip.Result deleted = bundle.Call("delete", "--force", bundle.Id);
        Assert.True(deleted.ExitCode == 0, $"delete after {command[0]} killed at {killAt} ms of it: {deleted.Errors}");
        Leftovers.AssertNone(bundle, $"{command[0]} killed at {killAt} ms");
        return took;
    }
}

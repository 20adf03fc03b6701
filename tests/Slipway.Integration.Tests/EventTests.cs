using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>What happens is written down, also what happened while no slip was there.</summary>
public sealed class EventTests
{
    private const string Short = "{{.Type}} {{.Action}}";

    [Fact]
    public void Since_HasTheWholeLifeOfAContainer_InOrder()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "life", "busybox", "sh", "-c", "exit 3");
        slip.Ok("rename", "life", "after");
        slip.Ok("rm", "after");
        Assert.Equal(
            "container create\ncontainer attach\ncontainer start\ncontainer die\ncontainer rename\ncontainer destroy",
            slip.Ok("events", "--since", "10m", "--until", "0s", "-f", "type=container", "--format", Short));
        Assert.Equal("life 3", slip.Ok("events", "--since", "10m", "--until", "0s", "-f", "event=die", "--format", "{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}"));
        Assert.Equal("/life", slip.Ok("events", "--since", "10m", "--until", "0s", "-f", "event=rename", "--format", "{{.Actor.Attributes.oldName}}"));
    }

    [Fact]
    public void Die_WithNoSlipThere_HasItsOwnTime()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--network", "none", "--name", "alone", "busybox", "sh", "-c", "sleep 0.2; exit 9");
        string record = Path.Combine(slip.DataRoot, "exits", id + ".json");
        Waiting.Until(() => File.Exists(record));
        string between = DateTimeOffset.UtcNow.ToString("O");
        // Only now somebody looks: the end was before.
        Assert.Equal("9", slip.Ok("events", "--since", "10m", "--until", between, "-f", "container=alone", "-f", "event=die", "--format", "{{.Actor.Attributes.exitCode}}"));
    }

    [Fact]
    public void Following_SeesWhatOtherProcessesDo_AndHealth()
    {
        using Slip slip = Slip.WithBusybox();
        using Process follower = slip.Start("events", "--since", "10m", "-f", "type=image", "-f", "type=container", "--format", "{{.Type}} {{.Action}} {{or .Actor.Attributes.name .Actor.ID}}");
        // It has begun to follow once it shows what was before.
        Assert.StartsWith("image import", Next(follower), StringComparison.Ordinal);
        slip.Ok("run", "-d", "--network", "none", "--name", "seen", "--health-cmd", "true", "--health-interval", "50ms", "busybox", "sleep", "1000");
        Assert.Equal("container create seen", Next(follower));
        Assert.Equal("container start seen", Next(follower));
        Assert.Equal("container health_status: healthy seen", Next(follower));
        slip.Ok("kill", "seen");
        Assert.Equal("container kill seen", Next(follower));
        Assert.Equal("container die seen", Next(follower));
        slip.Ok("tag", "busybox", "other");
        Assert.Equal("image tag other:latest", Next(follower));
        follower.Kill();
        follower.WaitForExit();
    }

    [Fact]
    public void Filters_TakeTheirs_AndUnknownOnesAreRefused()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("volume", "create", "data");
        slip.Ok("volume", "rm", "data");
        slip.Run("run", "--name", "one", "-l", "role=web", "busybox", "true");
        slip.Run("run", "--name", "two", "busybox", "true");
        Assert.Equal("volume create\nvolume destroy", slip.Ok("events", "--since", "10m", "--until", "0s", "-f", "volume=data", "--format", Short));
        Assert.Equal("one", slip.Ok("events", "--since", "10m", "--until", "0s", "-f", "label=role=web", "-f", "event=start", "--format", "{{.Actor.Attributes.name}}"));
        Assert.Equal("two", slip.Ok("events", "--since", "10m", "--until", "0s", "-f", "container=two", "-f", "event=die", "--format", "{{.Actor.Attributes.name}}"));
        Assert.Contains("\"Type\":\"container\",\"Action\":\"start\"", slip.Ok("events", "--since", "10m", "--until", "0s", "--format", "json"), StringComparison.Ordinal);
        Assert.NotEqual(0, slip.Run("events", "--until", "0s", "-f", "colour=red").ExitCode);
    }

    [Fact]
    public void Start_AndEnd_TellOfNetworksAndVolumes()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("network", "create", "lan");
        string id = slip.Ok("run", "-d", "--name", "ship", "--network", "lan", "-v", "data:/data:ro", "busybox", "sleep", "1000");
        slip.Ok("kill", "ship");
        const string Ties = "{{.Type}} {{.Action}} {{or .Actor.Attributes.name .Actor.ID}} {{.Actor.Attributes.container}}";
        Assert.Equal($"network connect lan {id}\nnetwork disconnect lan {id}", History(slip, Ties, "type=network", "event=connect", "event=disconnect"));
        Assert.Equal($"volume mount data {id}\nvolume unmount data {id}", History(slip, Ties, "type=volume", "event=mount", "event=unmount"));
        Assert.Equal("/data false local", History(slip, "{{.Actor.Attributes.destination}} {{index .Actor.Attributes \"read/write\"}} {{.Actor.Attributes.driver}}", "event=mount"));
        Assert.Equal("network connect\nvolume mount\ncontainer start\ncontainer kill\ncontainer die\nnetwork disconnect\nvolume unmount",
            string.Join('\n', History(slip, Short).Split('\n').SkipWhile(e => e != "network connect")));
    }

    [Fact]
    public void Oom_OfAProcessThatIsNotTheFirst_IsTold()
    {
        using Slip slip = Slip.WithBusybox();
        using Process follower = slip.Start("events", "-f", "event=oom", "-f", "event=start", "--format", "{{.Action}} {{.Actor.Attributes.name}}");
        const string Hog = "while ! test -e /go; do sleep 0.05; done; (x=$(dd if=/dev/zero bs=1M count=100 2>/dev/null | od -An -v -tx1)); sleep 1000";
        // Until the follower is there.
        Waiting.Until(() =>
        {
            slip.Run("rm", "-f", "ship");
            slip.Ok("run", "-d", "--name", "ship", "-m", "20m", "--memory-swap", "20m", "busybox", "sh", "-c", Hog);
            return follower.StandardOutput.ReadLine() == "start ship";
        });
        slip.Ok("exec", "ship", "touch", "/go");
        Assert.Equal("oom ship", Next(follower));
        Assert.Equal("true", slip.Ok("inspect", "-f", "{{.State.Running}}", "ship"));
        slip.Ok("rm", "-f", "ship");
        // Once, and not again at its end.
        Assert.Equal("oom", History(slip, "{{.Action}}", "event=oom"));
        follower.Kill();
        follower.WaitForExit();
    }

    [Fact]
    public void Images_AndFiles_TellWhatIsDoneToThem()
    {
        using Slip slip = Slip.WithBusybox();
        string archive = Path.Combine(slip.Scratch, "a.tar");
        slip.Ok("create", "--name", "ship", "busybox", "true");
        slip.Ok("commit", "-m", "why", "ship", "made");
        slip.Ok("save", "-o", archive, "made");
        slip.Ok("rmi", "made");
        slip.Ok("load", "-i", archive);
        slip.Ok("cp", "ship:/etc/passwd", Path.Combine(slip.Scratch, "passwd"));
        slip.Ok("cp", archive, "ship:/tmp");
        slip.Ok("export", "-o", Path.Combine(slip.Scratch, "b.tar"), "ship");
        Assert.Equal("image import\ncontainer create\ncontainer commit\nimage tag\nimage save\nimage untag\nimage delete\nimage load\ncontainer archive-path\ncontainer extract-to-dir\ncontainer export", History(slip, Short));
        Assert.Equal("why made:latest", History(slip, "{{.Actor.Attributes.comment}} {{.Actor.Attributes.imageRef}}", "event=commit"));
    }

    [Fact]
    public void Prunes_TellOfEachKind()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "ship", "busybox", "true");
        slip.Ok("container", "prune", "-f", "--purge");
        slip.Ok("image", "prune", "-af");
        slip.Ok("volume", "prune", "-f");
        slip.Ok("network", "prune", "-f");
        slip.Ok("builder", "prune", "-f");
        Assert.Equal("container prune\nimage prune\nvolume prune\nnetwork prune\nbuilder prune", History(slip, Short, "event=prune"));
        Assert.Equal("container destroy\nimage untag\nimage delete", History(slip, Short, "event=destroy", "event=untag", "event=delete"));
        Assert.Matches("^[1-9][0-9]+$", History(slip, "{{.Actor.Attributes.reclaimed}}", "event=prune", "type=image"));
    }

    [Fact]
    public void Build_TellsOfItsTags()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("Dockerfile", "FROM busybox\nENV A=1\n");
        slip.Ok("build", "-t", "built:1", "-t", "built:2", slip.Scratch);
        Assert.Equal("built:1\nbuilt:2", History(slip, "{{.Actor.Attributes.name}}", "event=tag"));
    }

    [Fact]
    public void MonitorKilled_IsNoticedByWhoFollows()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--name", "ship", "busybox", "sleep", "1000");
        using Process follower = slip.Start("events", "--since", "10m", "-f", "event=start", "-f", "event=die", "--format", "{{.Action}}");
        Assert.Equal("start", Next(follower));
        string state = File.ReadAllText(Path.Combine(slip.RunRoot, "containers", id, "state.json"));
        using (Process monitor = Process.GetProcessById((int)System.Text.Json.Nodes.JsonNode.Parse(state)!["monitorPid"]!))
            monitor.Kill();
        Assert.Equal("die", Next(follower));
        follower.Kill();
        follower.WaitForExit();
    }

    private static string History(Slip slip, string format, params string[] filters) =>
        slip.Ok(["events", "--since", "10m", "--until", "0s", .. filters.SelectMany(f => (string[])["-f", f]), "--format", format]);

    private static string Next(Process follower) => follower.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the follower has ended");
}

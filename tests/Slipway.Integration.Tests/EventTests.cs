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
        using Process follower = slip.Start("events", "--since", "10m", "--format", "{{.Type}} {{.Action}} {{or .Actor.Attributes.name .Actor.ID}}");
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

    private static string Next(Process follower) => follower.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the follower has ended");
}

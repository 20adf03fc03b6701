using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What docker's API makes starts from docker's fourteen capabilities, what slip makes from eleven, whoever starts it (decisions/0010).</summary>
public sealed class CapabilityTests
{
    // capabilities(7): the sets as /proc shows them, bit by number.
    private const string Fourteen = "00000000a80425fb", Eleven = "00000000800405fb";

    private static readonly string[] s_show = ["busybox", "sh", "-c", "grep CapBnd /proc/self/status | cut -f2"];

    [Fact]
    public void AContainer_HasDockersOrOurs_ByWhoMadeIt_WhoeverStartsIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(Fourteen, slipd.DockerOk(["run", "--name", "docks", "--network", "none", .. s_show]));
        Assert.Equal(Eleven, slipd.Slip.Ok(["run", "--name", "ours", "--network", "none", .. s_show]));
        Assert.Equal(Eleven, slipd.DockerOk("start", "-a", "ours"));
        Assert.Equal(Fourteen, slipd.Slip.Ok("start", "-a", "docks"));
        Assert.Equal("00000000a80405fb", slipd.DockerOk(["run", "--rm", "--network", "none", "--cap-drop", "net_raw", .. s_show]));
        Assert.Equal("0000000000000020", slipd.DockerOk(["run", "--rm", "--network", "none", "--cap-drop", "ALL", "--cap-add", "KILL", .. s_show]));
    }

    [Fact]
    public void Ping_OfABusyboxThatOpensRawSockets_Works()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Contains("1 packets received", slipd.DockerOk("run", "--rm", "busybox", "ping", "-c", "1", "-W", "5", "127.0.0.1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Command_SaysTheDifference_ToWhoStartsFromOthers()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk(["create", "--name", "docks", "--cap-drop", "MKNOD", .. s_show]);
        slipd.Slip.Ok(["create", "--name", "ours", "--cap-add", "MKNOD", .. s_show]);
        string Of(string name, string form) => slipd.Slip.Ok("command", name, "--as", form);

        Assert.Contains("--cap-add AUDIT_WRITE --cap-add NET_RAW --cap-drop", string.Join(' ', Of("docks", "slip").Split([' ', '\\', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("--cap-add", Of("docks", "docker"), StringComparison.Ordinal);
        Assert.DoesNotContain("--cap-drop", Of("ours", "slip"), StringComparison.Ordinal);
        Assert.Contains("--cap-drop AUDIT_WRITE --cap-drop NET_RAW", string.Join(' ', Of("ours", "docker").Split([' ', '\\', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("AddCapability=AUDIT_WRITE", Of("docks", "unit"), StringComparison.Ordinal);
        Assert.Contains("AUDIT_WRITE", Of("ours", "compose"), StringComparison.Ordinal);
        Assert.Contains("AUDIT_WRITE", Of("ours", "json"), StringComparison.Ordinal);
        Assert.DoesNotContain("AUDIT_WRITE", Of("docks", "json") + Of("docks", "compose"), StringComparison.Ordinal);
    }

    [Fact]
    public void AFeature_SwitchesItOff()
    {
        using Slipd slipd = Slipd.WithBusybox("--feature", "docker-capabilities=false");
        Assert.Equal(Eleven, slipd.DockerOk(["run", "--rm", "--network", "none", .. s_show]));
    }
}

using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>The name <c>docker0</c>: a store's whose daemon stands in for docker's, while nobody else has it.</summary>
public sealed class DockersBridgeTests : IDisposable
{
    private const string Remove = "ip link del docker0 2>/dev/null || true";

    public DockersBridgeTests()
    {
        Needs.Program("ip");
        Assert.SkipWhen(Exists("docker0"), "this host has a docker0 of somebody else's");
    }

    public void Dispose() => HostShell.Run(Remove);

    [Fact]
    public void CalledDockerd_TheDefaultNetworksBridgeIsDocker0_AndStaysAsDockersDoes()
    {
        using (Slipd slipd = Slipd.AsDockerd())
        {
            Assert.Equal("docker0", BridgeOf(slipd));
            string gateway = (string)slipd.Get("/networks/bridge")["IPAM"]!["Config"]![0]!["Gateway"]!;
            Assert.Contains($"inet {gateway}/", HostShell.Run("ip -4 addr show docker0"), StringComparison.Ordinal);
            Assert.Contains($"default via {gateway}", slipd.DockerOk("run", "--rm", "busybox", "ip", "route"), StringComparison.Ordinal);
            Assert.Contains($"default via {gateway}", slipd.Slip.Ok("run", "--rm", "busybox", "ip", "route"), StringComparison.Ordinal);
            HostShell.Run("ip addr flush dev docker0");
            slipd.Restart();
            Assert.Equal("docker0", BridgeOf(slipd));
        }
        Assert.True(Exists("docker0"));
    }

    [Fact]
    public void CalledByItsOwnName_TheBridgeIsTheStores_UnlessDocker0IsAskedFor()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.NotEqual("docker0", BridgeOf(slipd));
        Assert.False(Exists("docker0"));
        slipd.Restart("--bridge", "docker0", "--bip", "10.79.0.1/24");
        Assert.Equal("docker0", BridgeOf(slipd));
        Assert.Contains("inet 10.79.0.1/24", HostShell.Run("ip -4 addr show docker0"), StringComparison.Ordinal);
        slipd.Restart();
        Assert.NotEqual("docker0", BridgeOf(slipd));
        Assert.False(Exists("docker0"));
    }

    [Fact]
    public void Docker0OfSomebodyElses_IsLeftToThem_UntilItIsGone()
    {
        HostShell.Run("ip link add docker0 type bridge && ip addr add 10.80.0.1/24 dev docker0 && ip link set docker0 up");
        string before = HostShell.Run("ip -o link show docker0; ip -4 addr show docker0");
        using Slipd slipd = Slipd.AsDockerd();
        Assert.NotEqual("docker0", BridgeOf(slipd));
        Assert.Contains("eth0", slipd.DockerOk("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
        slipd.Restart();
        Assert.NotEqual("docker0", BridgeOf(slipd));
        Assert.Equal(before, HostShell.Run("ip -o link show docker0; ip -4 addr show docker0"));
        // Who names it wants theirs.
        slipd.Restart("--bridge", "docker0");
        Assert.Contains("inet 10.80.0.", slipd.DockerOk("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
        HostShell.Run(Remove);
        slipd.Restart();
        Assert.Equal("docker0", BridgeOf(slipd));
        Assert.Contains("eth0", slipd.DockerOk("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
    }

    [Fact]
    public void Docker0ThatSomebodyTookMeanwhile_IsTheirs_AndContainersStartInTheStores()
    {
        using Slipd slipd = Slipd.AsDockerd();
        // Its socket is there before its networks are, and it answers after.
        Assert.Equal("docker0", BridgeOf(slipd));
        HostShell.Run(Remove + "; ip link add docker0 type bridge && ip addr add 10.80.0.1/24 dev docker0 && ip link set docker0 up");
        string before = HostShell.Run("ip -4 addr show docker0");
        string gateway = slipd.DockerOk("run", "--rm", "busybox", "sh", "-c", "ip route | sed -n 's/default via \\([^ ]*\\).*/\\1/p'");
        Assert.NotEqual("docker0", BridgeOf(slipd));
        Assert.Contains($"inet {gateway}/", HostShell.Run("ip -4 addr show " + BridgeOf(slipd)), StringComparison.Ordinal);
        Assert.Equal(before, HostShell.Run("ip -4 addr show docker0"));
    }

    [Fact]
    public void Docker0OfAnotherStore_IsItsOwn_WhileSomebodyIsInIt()
    {
        using Slipd first = Slipd.AsDockerd();
        string id = first.DockerOk("run", "-d", "busybox", "sleep", "100");
        using Slipd second = Slipd.AsDockerd();
        Assert.Equal("docker0", BridgeOf(first));
        Assert.NotEqual("docker0", BridgeOf(second));
        first.DockerOk("rm", "-f", id);
        Waiting.Until(NobodyIsInDocker0);
        second.Restart();
        Assert.Equal("docker0", BridgeOf(second));
        // It makes another when it needs one, and takes nothing from whoever has the name.
        Assert.Contains("eth0", first.DockerOk("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
        Assert.NotEqual("docker0", BridgeOf(first));
        Assert.Contains("eth0", second.DockerOk("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
        Assert.Equal("docker0", BridgeOf(second));
    }

    [Fact]
    public void CalledDockerdWithoutADefaultNetwork_Docker0ThatNobodyIsInGoes()
    {
        using Slipd first = Slipd.AsDockerd();
        string id = first.DockerOk("run", "-d", "busybox", "sleep", "100");
        using Slipd second = Slipd.AsDockerd("--bridge", "none");
        second.Get("/version");
        Assert.True(Exists("docker0"));
        first.DockerOk("rm", "-f", id);
        Waiting.Until(NobodyIsInDocker0);
        second.Restart("--bridge", "none");
        second.Get("/version");
        Assert.False(Exists("docker0"));
        // Its store makes it again.
        Assert.Contains("eth0", first.DockerOk("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
        Assert.True(Exists("docker0"));
    }

    private static string BridgeOf(Slipd slipd) => (string)slipd.Get("/networks/bridge")["Options"]!["com.docker.network.bridge.name"]!;

    // The kernel takes a container's device away with its network namespace, a moment after it has ended.
    private static bool NobodyIsInDocker0() => HostShell.Run("ip link show master docker0").Length == 0;

    private static bool Exists(string device) => HostShell.Run($"ip link show {device} 2>/dev/null || true").Length > 0;
}

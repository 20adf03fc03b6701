using System.Net;
using System.Net.Sockets;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Xunit;

namespace Slipway.Integration.Tests.Networks;

/// <summary>What a network can be told when it is made.</summary>
public sealed class NetworkOptionTests
{
    [Theory]
    [InlineData("com.docker.network.host_ipv4", "10.99.0.9", NetHost.NeighbourAddress)]
    [InlineData("com.docker.network.host_ipv6", "fd99::9", "fd99::2")]
    public async Task Source_OfWhatLeaves_IsTheAddressThatWasNamed(string option, string source, string neighbour)
    {
        using var host = new NetHost();
        host.Sh("ip addr add 10.99.0.9/24 dev up0; ip -6 addr add fd99::9/64 dev up0 nodad");
        host.Ok("network", "create", "--ipv6", "-o", $"{option}={source}", "out");
        host.Serve("client", "--network", "out");
        using SafeFd space = SmallFile.Open($"/proc/{host.NeighbourPid}/ns/net");
        using TcpListener server = NetworkNamespace.Within(space, () => new TcpListener(IPAddress.Parse(neighbour), 7000));
        server.Start();
        Task<Socket> connection = server.AcceptSocketAsync();
        host.Run("exec", "client", "timeout", "3", "wget", "-qO-", $"http://{(neighbour.Contains(':', StringComparison.Ordinal) ? $"[{neighbour}]" : neighbour)}:7000/");
        using Socket accepted = await connection.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(source, ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString());
        // It goes with the network.
        host.Ok("rm", "-f", "client");
        host.Ok("network", "create", "other");
        host.Ok("network", "rm", "out");
        Assert.DoesNotContain(source, host.Sh("nft list ruleset"), StringComparison.Ordinal);
    }

    [Fact]
    public void Source_ThatIsNoAddressOfTheFamily_IsRefused()
    {
        using var host = new NetHost();
        Assert.Contains("'fd99::9' is not an IPv4 address", host.Run("network", "create", "-o", "com.docker.network.host_ipv4=fd99::9", "wrong").Errors, StringComparison.Ordinal);
        Assert.Contains("is not an IPv6 address", host.Run("network", "create", "-o", "com.docker.network.host_ipv6=10.99.0.9", "wrong").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ConfigOnly_OthersAreMadeByIt_AndNobodyIsInIt()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--config-only", "--subnet", "10.66.0.0/24", "--label", "of=plan", "-o", "com.docker.network.driver.mtu=1233", "plan");
        host.Ok("network", "create", "--config-from", "plan", "made");
        Assert.Equal("10.66.0.0/24 plan 1233 plan", host.Ok("network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}} {{.Labels.of}} {{index .Options \"com.docker.network.driver.mtu\"}} {{.ConfigFrom.Network}}", "made"));
        Assert.Equal("true null", host.Ok("network", "inspect", "-f", "{{.ConfigOnly}} {{.Driver}}", "plan"));
        Assert.Contains("mtu 1233", host.Ok("run", "--rm", "--network", "made", "busybox", "ip", "link", "show", "eth0"), StringComparison.Ordinal);
        Assert.Contains("configuration-only", host.Run("run", "--rm", "--network", "plan", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Contains("is in use", host.Run("network", "rm", "plan").Errors, StringComparison.Ordinal);
        Assert.Contains("does not exist", host.Run("network", "create", "--config-from", "nothing", "x").Errors, StringComparison.Ordinal);
        Assert.Contains("not supported if the network depends on a configuration network", host.Run("network", "create", "--config-from", "plan", "--label", "a=b", "x").Errors, StringComparison.Ordinal);
        Assert.Contains("is not a configuration network", host.Run("network", "create", "--config-from", "made", "x").Errors, StringComparison.Ordinal);
        host.Ok("network", "prune", "-f");
        Assert.Equal("plan", host.Ok("network", "ls", "-q", "--filter", "name=plan", "--format", "{{.Name}}"));
        host.Ok("network", "rm", "plan");
        Assert.DoesNotContain("slip", host.Sh("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void FixedAddress_WhereNobodyNamedASubnet_IsRefused()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "chosen");
        host.Ok("network", "create", "--ipv6", "--subnet", "10.66.0.0/24", "half");
        const string Why = "user specified IP address is supported only when connecting to networks with user configured subnets";
        Assert.Contains(Why, host.Run("run", "--rm", "--network", "chosen", "--ip", "172.28.99.88", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Contains(Why, host.Run("run", "--rm", "--network", "chosen", "--ip6", "2001:db8:1234::9988", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Contains(Why, host.Run("run", "--rm", "--network", "half", "--ip6", "2001:db8:1234::9988", "busybox", "true").Errors, StringComparison.Ordinal);
        host.Ok("run", "--rm", "--network", "half", "--ip", "10.66.0.9", "busybox", "true");
    }

    [Theory]
    [InlineData("fe80::/64")]
    [InlineData("fe80:1234::/64")]
    public void LinkLocalSubnet_IsLikeAnother(string subnet)
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--ipv6", "--subnet", subnet, "link");
        host.Serve("web", "--network", "link");
        string address = host.Ok("inspect", "-f", "{{.NetworkSettings.Networks.link.GlobalIPv6Address}}", "web");
        Assert.StartsWith("fe80:", address, StringComparison.Ordinal);
        host.Ok("run", "--rm", "--cap-add", "NET_RAW", "--network", "link", "busybox", "ping", "-6", "-c", "1", "-W", "2", $"{address}%eth0");
    }

    [Theory]
    [InlineData("169.253.5.5")]
    [InlineData("2001:db8::89")]
    public void LinkLocalAddress_ThatIsNone_IsRefused(string address)
    {
        using var host = new NetHost();
        host.Ok("network", "create", "one");
        Assert.Contains("invalid link-local IP address", host.Run("run", "--rm", "--network", "one", "--link-local-ip", address, "busybox", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Bridge_IsFoundByDockersNameToo()
    {
        using var host = new NetHost();
        string id = host.Ok("network", "create", "one");
        Assert.Contains($"slip-{id[..10]}", host.Sh($"ip link show br-{id[..12]}"), StringComparison.Ordinal);
        host.Ok("network", "rm", "one");
        Assert.DoesNotContain($"br-{id[..12]}", host.Sh("ip link"), StringComparison.Ordinal);
    }
}

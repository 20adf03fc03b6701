using System.Net;
using Xunit;

namespace Slipway.Integration.Tests.Networks;

public sealed class PublishTests
{
    [Fact]
    public void Publish_Tcp_IsReachedFromEverywhere()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "back");
        host.Serve("web", "-p", "8080:80");
        host.Serve("near");
        host.Serve("far", "--network", "back");
        Assert.Equal("web", host.Get("127.0.0.1:8080"));
        Assert.Equal("web", host.Get("localhost:8080"));
        Assert.Equal("web", host.Get($"{NetHost.Address}:8080"));
        Assert.Equal("web", host.GetFromNeighbour($"{NetHost.Address}:8080"));
        Assert.Equal("web", host.GetFrom("near", $"{NetHost.Address}:8080"));
        Assert.Equal("web", host.GetFrom("far", $"{NetHost.Address}:8080"));
        // To itself: where bridged packets are filtered, and where they are not.
        foreach (int filtered in (int[])[1, 0])
        {
            host.TrySh($"echo {filtered} > /proc/sys/net/bridge/bridge-nf-call-iptables");
            Assert.Equal("web", host.GetFrom("web", $"{NetHost.Address}:8080"));
            Assert.Equal("web", host.GetFrom("near", $"{NetHost.Address}:8080"));
        }
        // And not by its own address, but from its own network.
        string address = host.AddressOf("web");
        Assert.Equal("web", host.GetFrom("near", address));
        Assert.Null(host.GetFrom("far", address));
        Assert.Null(host.GetFromNeighbour(address));
    }

    [Fact]
    public void Publish_Udp_AnswersFromWhereItWasAsked()
    {
        using var host = new NetHost();
        host.Serve("names", "-p", "5300:53/udp");
        host.Datagrams(host.PidOf("names"), new IPEndPoint(IPAddress.Any, 53), static _ => "names\n"u8.ToArray());
        const string Ask = "exec 3<>/dev/udp/{0}/5300; echo hi >&3; timeout 2 head -n 1 <&3";
        Assert.Equal("names", host.Sh(string.Format(null, Ask, "127.0.0.1")));
        Assert.Equal("names", host.Neighbour(string.Format(null, Ask, NetHost.Address)));
    }

    [Fact]
    public void Publish_OnLoopback_IsReachedFromTheHostOnly()
    {
        using var host = new NetHost();
        host.Serve("web", "-p", "127.0.0.1:8080:80");
        Assert.Equal("web", host.Get("127.0.0.1:8080"));
        Assert.Null(host.GetFromNeighbour($"{NetHost.Address}:8080"));
        // A neighbour that sends to 127.0.0.1, and a host that would take it (invariant I16).
        host.Sh("echo 1 > /proc/sys/net/ipv4/conf/up0/route_localnet");
        host.Neighbour($"echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet; ip addr del 127.0.0.1/8 dev lo; ip route add 127.0.0.0/8 via {NetHost.Address}");
        Assert.Null(host.GetFromNeighbour("127.0.0.1:8080"));
        Assert.Null(host.GetFromNeighbour(host.AddressOf("web")));
    }

    [Fact]
    public void Publish_LoopbackOfTheHost_IsNotReachedThroughABridge()
    {
        using var host = new NetHost();
        host.Serve("web", "-p", "127.0.0.1:8080:80");
        // A service of the host's own on loopback. The container has the rights to send packets for 127.0.0.1 to the bridge.
        host.Page("127.0.0.1:9000");
        host.Ok("run", "-d", "--name", "attacker", "--cap-add", "NET_ADMIN", "busybox", "sh", "-c", "ip addr del 127.0.0.1/8 dev lo; ip route add 127.0.0.0/8 via 172.17.0.1; exec sleep 1000");
        Assert.Equal("host", host.Get("127.0.0.1:9000"));
        Assert.Null(host.GetFrom("attacker", "127.0.0.1:9000"));
        Assert.Null(host.GetFrom("attacker", "127.0.0.1:8080"));
    }

    [Fact]
    public void Publish_Ranges_EachPortToItsOwn()
    {
        using var host = new NetHost();
        host.Serve("web", "-p", "8080-8081:80-81", "-p", "127.0.0.1::80");
        Assert.Equal("web", host.Get("127.0.0.1:8080"));
        Assert.Equal("web", host.Get("127.0.0.1:8081"));
        Assert.Contains("0.0.0.0:8080-8081->80-81/tcp", host.Ok("ps", "--format", "{{.Ports}}"), StringComparison.Ordinal);
        string ephemeral = host.Ok("port", "web", "80").Split('\n').Single(p => p.StartsWith("127.", StringComparison.Ordinal));
        Assert.Equal("web", host.Get(ephemeral));
        // One port that may take any of several.
        host.Serve("other", "-p", "8080-8090:80");
        Assert.Equal("0.0.0.0:8082\n[::]:8082", host.Ok("port", "other", "80/tcp"));
    }

    [Fact]
    public void Publish_TakenPort_IsRefusedAndNothingStays()
    {
        using var host = new NetHost();
        host.Serve("web", "-p", "8080:80");
        Slip.Result taken = host.Run("run", "-d", "--name", "second", "-p", "8080:80", "busybox", "sleep", "10");
        Assert.Equal(125, taken.ExitCode);
        Assert.Contains("Bind for 0.0.0.0:8080 failed: port is already allocated", taken.Errors, StringComparison.Ordinal);
        host.Ok("rm", "second");
        // A process of the host's own.
        host.Page("9000");
        Assert.Contains("Bind for 0.0.0.0:9000 failed: address already in use", host.Run("run", "--rm", "-p", "9000:80", "busybox", "true").Errors, StringComparison.Ordinal);
        host.Ok("rm", "-f", "web");
        host.Serve("third", "-p", "8080:80");
        Assert.Equal("third", host.Get("127.0.0.1:8080"));
    }

    [Fact]
    public async Task Publish_AfterTheEnd_ThePortIsTheHostsAgain()
    {
        using var host = new NetHost();
        host.Ok("run", "-d", "--name", "short", "-p", "8080:80", "busybox", "sleep", "0.2");
        host.Ok("wait", "short");
        // Its monitor has the rules taken out by itself: no other slip is needed.
        for (int i = 0; i < 100 && host.Sh("nft list ruleset").Contains("8080", StringComparison.Ordinal); i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("8080", host.Sh("nft list ruleset"), StringComparison.Ordinal);
        host.Page("8080");
        Assert.Equal("host", host.Get("127.0.0.1:8080"));
    }

    [Fact]
    public void PublishAll_GivesEveryExposedPortAFreeOne()
    {
        using var host = new NetHost();
        host.Serve("web", "-P", "--expose", "80-81");
        string[] ports = host.Ok("port", "web").Split('\n');
        // Two, for both families.
        Assert.Equal(4, ports.Length);
        Assert.All(ports, port => Assert.Equal("web", host.Get(port.Split(" -> ")[1].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal))));
    }

    [Fact]
    public void Publish_Ipv6_BothFamilies()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--ipv6", "six");
        host.Ok("run", "-d", "--name", "web", "--network", "six", "-p", "8080:80", "-p", "[fd99::1]:8081:80", "busybox", "sh", "-c",
            "mkdir -p /www; echo web > /www/index.html; httpd -p [::]:80 -h /www; exec sleep 1000");
        NetHost.WaitFor(() => host.Get("127.0.0.1:8080") == "web");
        Assert.Equal("web", host.Get("[fd99::1]:8080"));
        Assert.Equal("web", host.GetFromNeighbour("[fd99::1]:8080"));
        Assert.Equal("web", host.GetFromNeighbour("[fd99::1]:8081"));
        Assert.Null(host.GetFromNeighbour($"{NetHost.Address}:8081"));
        Assert.Contains("[fd99::1]:8081->80/tcp", host.Ok("ps", "--format", "{{.Ports}}"), StringComparison.Ordinal);
        Assert.Equal("web", host.Get("localhost:8080"));
        Assert.Equal("web", host.Get("[::1]:8080"));
    }

    [Fact]
    public void Publish_ContainerWithoutIpv6_IsReachedByItAllTheSame()
    {
        using var host = new NetHost();
        host.Serve("web", "-p", "8080:80", "-p", "127.0.0.1:8081:80", "-p", "5300:53/udp");
        foreach (string at in (string[])["127.0.0.1:8080", "[::1]:8080", "[fd99::1]:8080"])
            Assert.Equal("web", host.Get(at));
        Assert.Equal("web", host.GetFromNeighbour("[fd99::1]:8080"));
        Assert.Equal("0.0.0.0:8080\n127.0.0.1:8081\n[::]:8080", host.Ok("port", "web", "80"));
        // What is published on one address is not on others, and datagrams are not relayed.
        Assert.Null(host.Get("[::1]:8081"));
        Assert.Equal("0.0.0.0:5300", host.Ok("port", "web", "53/udp"));
        // More than fits into buffers, both ways, and the end of one direction is not that of the other.
        host.Ok("run", "-d", "--name", "echo", "-p", "8082:7", "busybox", "nc", "-ll", "-p", "7", "-e", "cat");
        NetHost.WaitFor(() => host.TrySh("echo there | busybox nc ::1 8082") == "there");
        host.Sh("head -c 20000000 /dev/urandom >/tmp/sent && busybox nc ::1 8082 </tmp/sent | cmp - /tmp/sent && rm /tmp/sent");
        // Nobody behind it: the connection is reset at once, which curl may see (56) or still take for none (7); it doesn't wait (28), and no answer comes (0, 52).
        host.Ok("run", "-d", "--name", "idle", "-p", "8083:80", "busybox", "sleep", "1000");
        Assert.Contains(host.Sh("curl -s -g -m 5 http://[::1]:8083/ || echo $?").Trim(), (string[])["56", "7"]);
        host.Ok("restart", "-t", "0", "web");
        NetHost.WaitFor(() => host.Get("[::1]:8080") == "web");
        host.Ok("rm", "-f", "web");
        Assert.Contains("Failed to connect", host.Sh("curl -sS -g -m 5 http://[::1]:8080/ 2>&1 || true"), StringComparison.OrdinalIgnoreCase);
    }

    // As whoever serves this machine only writes it, in both families.
    [Fact]
    public void Publish_OnOneAddressOfIpv6_AContainerWithoutIt()
    {
        using var host = new NetHost();
        host.Serve("web", "-p", "127.0.0.1:8080:80", "-p", "[::1]:8080:80", "-p", "[fd99::1]:8081:80");
        host.Serve("other", "-p", "[::1]:8081:80", "-p", "127.0.0.1:8081:80");
        Assert.Equal("web", host.Get("[::1]:8080"));
        Assert.Equal("web", host.Get("[fd99::1]:8081"));
        Assert.Equal("web", host.GetFromNeighbour("[fd99::1]:8081"));
        Assert.Equal("other", host.Get("[::1]:8081"));
        Assert.Equal("127.0.0.1:8080\n[::1]:8080\n[fd99::1]:8081", host.Ok("port", "web", "80"));
        Assert.Null(host.GetFromNeighbour("[fd99::1]:8080"));
        host.Ok("restart", "-t", "0", "web");
        NetHost.WaitFor(() => host.Get("[::1]:8080") == "web");
        host.Ok("rm", "-f", "web", "other");
        Assert.DoesNotContain("8081", host.Sh("nft list ruleset"), StringComparison.Ordinal);
        // Datagrams are not relayed, and an address that the host has not got can't be had.
        Assert.Contains("no address of that family", host.Run("run", "--rm", "-p", "[::1]:5300:53/udp", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Contains("it is none of this host's", host.Run("run", "--rm", "-p", "[fd98::1]:8082:80", "busybox", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Publish_PortOfIpv6Taken_IsRefusedAndAnotherIsFoundWhereAnyWillDo()
    {
        using var host = new NetHost();
        host.Page("[::1]:9000");
        NetHost.WaitFor(() => host.Get("[::1]:9000") == "host");
        Assert.Contains("Bind for [::]:9000 failed: address already in use", host.Run("run", "--rm", "-p", "9000:80", "busybox", "true").Errors, StringComparison.Ordinal);
        host.Serve("web", "-p", "9000-9001:80");
        Assert.Equal("0.0.0.0:9001\n[::]:9001", host.Ok("port", "web", "80"));
    }

    [Theory]
    [InlineData("80:70000", "Invalid containerPort: 70000")]
    [InlineData("80/icmp", "Invalid proto: icmp")]
    [InlineData("1.2.3:80:80", "invalid IP address")]
    [InlineData("8080-8082:80-81", "Invalid ranges specified")]
    [InlineData("90-80:80", "Invalid range")]
    [InlineData("::1:80:80", "in brackets")]
    [InlineData("192.0.2.1:8080:80", "cannot assign requested address")]
    public void Publish_Nonsense_SaysWhatIsWrong(string spec, string why)
    {
        using var host = new NetHost();
        Slip.Result result = host.Run("run", "--rm", "-p", spec, "busybox", "true");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains(why, result.Errors, StringComparison.Ordinal);
    }
}

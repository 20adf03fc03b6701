using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Xunit;

namespace Slipway.Integration.Tests.Networks;

public sealed class NetworkTests
{
    [Fact]
    public async Task Default_ReachesOutWithTheHostsAddress()
    {
        using var host = new NetHost();
        host.Serve("client");
        using SafeFd space = SmallFile.Open($"/proc/{host.NeighbourPid}/ns/net");
        using TcpListener server = NetworkNamespace.Within(space, () => new TcpListener(IPAddress.Parse(NetHost.NeighbourAddress), 7000));
        server.Start();
        Task<Socket> connection = server.AcceptSocketAsync();
        host.Run("exec", "client", "timeout", "3", "wget", "-qO-", $"http://{NetHost.NeighbourAddress}:7000/");
        using Socket accepted = await connection.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(NetHost.Address, ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString());
    }

    [Fact]
    public void Create_SubnetRangeGatewayAndFixedAddresses()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--subnet", "10.66.0.0/24", "--ip-range", "10.66.0.128/30", "--gateway", "10.66.0.9", "--aux-address", "printer=10.66.0.129", "lab");
        host.Serve("auto", "--network", "lab");
        Assert.Equal("10.66.0.128", host.AddressOf("auto", "lab"));
        host.Serve("fixed", "--network", "lab", "--ip", "10.66.0.77", "--mac-address", "02:00:00:00:00:77");
        Assert.Equal("10.66.0.77", host.AddressOf("fixed", "lab"));
        Assert.Contains("02:00:00:00:00:77", host.Ok("exec", "fixed", "ip", "link", "show", "eth0"), StringComparison.Ordinal);
        Assert.Contains("default via 10.66.0.9", host.Ok("exec", "fixed", "ip", "route"), StringComparison.Ordinal);
        Assert.Equal("fixed", host.GetFrom("auto", "10.66.0.77"));
        Slip.Result twice = host.Run("run", "--rm", "--network", "lab", "--ip", "10.66.0.77", "busybox", "true");
        Assert.Contains("Address already in use", twice.Errors, StringComparison.Ordinal);
        Assert.Contains("does not belong to any of this network's subnets", host.Run("run", "--rm", "--network", "lab", "--ip", "10.67.0.1", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Contains("Pool overlaps", host.Run("network", "create", "--subnet", "10.66.0.0/16", "wide").Errors, StringComparison.Ordinal);
        Assert.Contains("already exists", host.Run("network", "create", "lab").Errors, StringComparison.Ordinal);
        // The kernel's routes are looked at too.
        Assert.Contains("is in use on this host", host.Run("network", "create", "--subnet", "10.99.0.0/24", "uplink").Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("uplink", host.Ok("network", "ls", "--format", "{{.Name}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WithIpv6AddressesThatLeadElsewhere_SaysWhichAndAtOnce()
    {
        using NetHost host = new();
        host.Sh("ip -6 route add fd99:1::/64 dev lo");
        foreach (string[] families in (string[][])[["--ipv6"], ["--ipv6", "--ipv4=false"]])
            Assert.Contains("fd99:1::/64 is in use on this host", host.Run(["network", "create", .. families, "--subnet", "fd99:1::/64", "uplink"]).Errors, StringComparison.Ordinal);
        host.Ok("network", "create", "--ipv6", "--subnet", "fd99:2::/64", "mine");
    }

    [Fact]
    public void Addresses_AllGiven_SaysSoAndStoppedOnesGiveTheirsUp()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--subnet", "10.66.0.0/29", "small");
        for (int i = 0; i < 5; i++)
            host.Ok("run", "-d", "--name", $"c{i}", "--network", "small", "busybox", "sleep", "1000");
        Slip.Result full = host.Run("run", "--rm", "--network", "small", "busybox", "true");
        Assert.Equal(125, full.ExitCode);
        Assert.Contains("no available IPv4 addresses on this network's address pools: small", full.Errors, StringComparison.Ordinal);
        string address = host.AddressOf("c2", "small");
        host.Ok("stop", "-t", "0", "c2");
        // It keeps its address for as long as nobody needs it.
        host.Ok("start", "c2");
        Assert.Equal(address, host.AddressOf("c2", "small"));
        host.Ok("stop", "-t", "0", "c2");
        host.Ok("run", "-d", "--name", "next", "--network", "small", "busybox", "sleep", "1000");
        Assert.Equal(address, host.AddressOf("next", "small"));
        Assert.Contains("no available IPv4", host.Run("start", "c2").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_OfOneThatSomebodyClearsUpAfter_AreWaitedFor()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--subnet", "10.66.0.0/30", "one");
        string id = host.Ok("run", "-d", "--network", "one", "busybox", "sleep", "1000");
        host.Ok("stop", "-t", "0", id);
        FileLock held = FileLock.Acquire(Path.Combine(host.Slip.RunRoot, "locks", id), cancellation: TestContext.Current.CancellationToken);
        Task release = Task.Delay(300, TestContext.Current.CancellationToken).ContinueWith(_ => held.Dispose(), TaskScheduler.Default);
        Assert.Equal("10.66.0.2", host.Ok("run", "--rm", "--network", "one", "busybox", "hostname", "-i"));
        await release;
    }

    [Fact]
    public void Addresses_InARow_AreUsedAgainAsLateAsPossible()
    {
        using var host = new NetHost();
        string first = host.Ok("run", "--rm", "busybox", "hostname", "-i"), second = host.Ok("run", "--rm", "busybox", "hostname", "-i");
        Assert.NotEqual(first, second);
        // And where there is one only, whoever had it has gone before.
        host.Ok("network", "create", "--subnet", "10.66.0.0/30", "two");
        for (int i = 0; i < 5; i++)
            Assert.Equal("10.66.0.2", host.Ok("run", "--rm", "--network", "two", "busybox", "hostname", "-i"));
    }

    [Fact]
    public async Task Addresses_FiftyStartsAtOnce_FiftyAddresses()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "many");
        await Parallel.ForEachAsync(Enumerable.Range(0, 50), new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) => await Task.Run(() => host.Ok("run", "-d", "--network", "many", "--name", $"c{i}", "busybox", "sleep", "1000"), TestContext.Current.CancellationToken));
        using var network = JsonDocument.Parse(host.Ok("network", "inspect", "many"));
        string[] addresses = [.. network.RootElement[0].GetProperty("Containers").EnumerateObject().Select(c => c.Value.GetProperty("IPv4Address").GetString()!)];
        Assert.Equal(50, addresses.Distinct().Count());
        Assert.Equal(50, host.Sh("ip -o link show type veth").Split('\n').Count(l => l.Contains("sv", StringComparison.Ordinal)));
        host.Ok(["rm", "-f", .. Enumerable.Range(0, 50).Select(i => $"c{i}")]);
        host.Ok("network", "rm", "many");
    }

    [Fact]
    public void Isolation_BetweenNetworks_AndWithin()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "one");
        host.Ok("network", "create", "two");
        host.Ok("network", "create", "-o", "com.docker.network.bridge.enable_icc=false", "apart");
        host.Serve("ann", "--network", "one");
        host.Serve("bob", "--network", "two");
        host.Serve("both", "--network", "one", "--network", "two");
        host.Serve("cat", "--network", "apart");
        host.Serve("dan", "--network", "apart");
        Assert.Null(host.GetFrom("ann", host.AddressOf("bob", "two")));
        Assert.Equal("both", host.GetFrom("ann", "both"));
        Assert.Equal("both", host.GetFrom("bob", "both"));
        Assert.Null(host.GetFrom("cat", host.AddressOf("dan", "apart")));
        Assert.Equal("dan", host.Get(host.AddressOf("dan", "apart")));
    }

    [Fact]
    public void ConnectAndDisconnect_WhileRunning()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "one");
        host.Ok("network", "create", "--ipv6", "two");
        host.Serve("web", "--network", "two");
        host.Serve("cat", "--network", "one", "-p", "8080:80");
        Assert.Null(host.GetFrom("cat", "web"));
        host.Ok("network", "connect", "--alias", "guest", "two", "cat");
        Assert.Equal("web", host.GetFrom("cat", "web"));
        Assert.Equal("cat", host.GetFrom("web", "guest"));
        Assert.Contains("already exists in network two", host.Run("network", "connect", "two", "cat").Errors, StringComparison.Ordinal);
        Assert.Contains("has active endpoints", host.Run("network", "rm", "two").Errors, StringComparison.Ordinal);
        // It is still so after a restart.
        host.Ok("restart", "-t", "0", "cat");
        Assert.Equal("web", host.GetFrom("cat", "web"));
        host.Ok("network", "disconnect", "one", "cat");
        Assert.Equal("cat", host.Get("127.0.0.1:8080"));
        Assert.Contains("default via", host.Ok("exec", "cat", "ip", "route"), StringComparison.Ordinal);
        host.Ok("network", "disconnect", "two", "cat");
        Assert.Null(host.Get("127.0.0.1:8080"));
        Assert.Null(host.GetFrom("web", "guest"));
        Assert.DoesNotContain("eth", host.Ok("exec", "cat", "ip", "-o", "link"), StringComparison.Ordinal);
        Assert.Contains("is not connected to network two", host.Run("network", "disconnect", "two", "cat").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Ipv6_IsThereWhereAskedFor_AndNowhereElse()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--ipv6", "--subnet", "fd42::/64", "six");
        host.Ok("network", "create", "--ipv4=false", "--ipv6", "only");
        host.Serve("web", "--network", "name=six,ip6=fd42::77");
        Assert.Contains("inet6 fd42::77/64", host.Ok("exec", "web", "ip", "address"), StringComparison.Ordinal);
        Assert.Equal("0", host.Ok("exec", "web", "cat", "/proc/sys/net/ipv6/conf/eth0/accept_ra"));
        Assert.Contains("fd42::77", host.Ok("run", "--rm", "--network", "six", "busybox", "nslookup", "web"), StringComparison.Ordinal);
        host.Ok("run", "--rm", "--cap-add", "NET_RAW", "--network", "six", "busybox", "ping", "-6", "-c", "1", "-W", "2", "fd99::2");
        string only = host.Ok("run", "--rm", "--network", "only", "busybox", "ip", "address", "show", "eth0");
        Assert.Contains("inet6 fd", only, StringComparison.Ordinal);
        Assert.DoesNotContain("inet ", only, StringComparison.Ordinal);
        Assert.DoesNotContain("inet6", host.Ok("run", "--rm", "busybox", "ip", "address", "show", "eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Modes_HostNoneAndAnothers()
    {
        using var host = new NetHost();
        host.Serve("web", "-h", "pier");
        Assert.Contains("up0", host.Ok("run", "--rm", "--network", "host", "busybox", "ip", "-o", "link"), StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", host.Ok("run", "--rm", "--network", "none", "busybox", "ip", "-o", "link"), StringComparison.Ordinal);
        Assert.Equal("web", host.Ok("run", "--rm", "--network", "container:web", "busybox", "wget", "-qO-", "http://127.0.0.1/"));
        Assert.Contains(host.AddressOf("web"), host.Ok("run", "--rm", "--network", "container:web", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        Assert.Contains("port publishing and the container type network mode", host.Run("run", "--rm", "--network", "container:web", "-p", "80", "busybox", "true").Errors, StringComparison.Ordinal);
        host.Ok("stop", "-t", "0", "web");
        Assert.Contains("cannot join network of a non running container", host.Run("run", "--rm", "--network", "container:web", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Contains("network nothere not found", host.Run("run", "--rm", "--network", "nothere", "busybox", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_HasDockersNames()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--label", "tier=back", "back");
        host.Serve("web", "--network", "name=back,alias=www", "-p", "127.0.0.1:8080:80");
        using var container = JsonDocument.Parse(host.Ok("inspect", "web"));
        JsonElement settings = container.RootElement[0].GetProperty("NetworkSettings"), endpoint = settings.GetProperty("Networks").GetProperty("back");
        Assert.Equal("8080", settings.GetProperty("Ports").GetProperty("80/tcp")[0].GetProperty("HostPort").GetString());
        Assert.True(IPAddress.TryParse(endpoint.GetProperty("IPAddress").GetString(), out _));
        Assert.Equal(16, endpoint.GetProperty("IPPrefixLen").GetInt32());
        Assert.Contains("www", endpoint.GetProperty("DNSNames").EnumerateArray().Select(n => n.GetString()));
        using var network = JsonDocument.Parse(host.Ok("network", "inspect", "back"));
        JsonElement json = network.RootElement[0];
        Assert.Equal("bridge", json.GetProperty("Driver").GetString());
        Assert.Equal("back", json.GetProperty("Labels").GetProperty("tier").GetString());
        Assert.Equal(endpoint.GetProperty("NetworkID").GetString(), json.GetProperty("Id").GetString());
        Assert.Equal("web", json.GetProperty("Containers").EnumerateObject().Single().Value.GetProperty("Name").GetString());
        Assert.Equal("bridge\nhost\nnone", host.Ok("network", "ls", "--filter", "type=builtin", "--format", "{{.Name}}"));
    }
}

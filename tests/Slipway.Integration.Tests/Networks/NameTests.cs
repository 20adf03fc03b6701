using System.Net;
using System.Text;
using Xunit;

namespace Slipway.Integration.Tests.Networks;

public sealed class NameTests
{
    [Fact]
    public void Names_InANetworkOfOnesOwn_NameAliasAndShortId()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "back");
        host.Serve("web", "--network", "back", "--network-alias", "www", "-h", "pier");
        host.Serve("client", "--network", "back");
        string id = host.Ok("inspect", "-f", "{{.Id}}", "web")[..12];
        foreach (string name in (string[])["web", "www", "pier", id, "WEB", "web.back", "www."])
            Assert.Equal("web", host.GetFrom("client", name));
        Assert.Contains("name = web.back", host.Ok("exec", "client", "nslookup", host.AddressOf("web", "back")), StringComparison.Ordinal);
        // Over a connection too: its answers may be longer.
        Assert.Contains("127.0.0.11", host.Ok("exec", "client", "cat", "/etc/resolv.conf"), StringComparison.Ordinal);
        host.Ok("rm", "-f", "web");
        Assert.Null(host.GetFrom("client", "web"));
    }

    [Fact]
    public void Names_SharedAlias_HasEverybodysAddress()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "back");
        host.Serve("one", "--network", "name=back,alias=svc");
        host.Serve("two", "--network", "name=back,alias=svc");
        string found = host.Ok("run", "--rm", "--network", "back", "busybox", "nslookup", "svc");
        Assert.Contains(host.AddressOf("one", "back"), found, StringComparison.Ordinal);
        Assert.Contains(host.AddressOf("two", "back"), found, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_InTheDefaultNetwork_AreTheHostsServers()
    {
        using var host = new NetHost();
        host.Serve("web");
        host.Serve("client");
        Assert.Null(host.GetFrom("client", "web"));
        Assert.DoesNotContain("127.0.0.11", host.Ok("exec", "client", "cat", "/etc/resolv.conf"), StringComparison.Ordinal);
        host.Serve("linked", "--link", "web:site");
        Assert.Equal("web", host.GetFrom("linked", "site"));
    }

    [Fact]
    public void Names_Port53IsTheContainersOwn()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "back");
        // It serves names itself on all its addresses, and still asks its resolver.
        host.Serve("names", "--network", "back");
        host.Datagrams(host.PidOf("names"), new IPEndPoint(IPAddress.Any, 53), static _ => []);
        host.Serve("web", "--network", "back");
        Assert.Equal("web", host.GetFrom("names", "web"));
    }

    [Fact]
    public void Internal_NothingGetsOut_NorAnyQuestion()
    {
        using var host = new NetHost();
        System.Collections.Concurrent.ConcurrentQueue<string> asked = [];
        // An answer to every question: 1.2.3.4 (RFC 1035, section 4.1).
        host.Datagrams(host.NeighbourPid, new IPEndPoint(IPAddress.Parse(NetHost.NeighbourAddress), 53), query =>
        {
            asked.Enqueue(Encoding.ASCII.GetString(query, 13, 6));
            return [.. query[..2], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. query[12..], 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4];
        });
        host.Ok("network", "create", "--internal", "vault");
        host.Ok("network", "create", "open");
        host.Serve("web", "-p", "8080:80");
        host.Serve("inside", "--network", "vault", "--dns", NetHost.NeighbourAddress);
        host.Serve("beside", "--network", "vault", "--dns", NetHost.NeighbourAddress);
        Assert.Equal("beside", host.GetFrom("inside", "beside"));
        string answer = host.Run("exec", "inside", "nslookup", "secret.example").Output;
        Assert.Contains("SERVFAIL", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("1.2.3.4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("default", host.Ok("exec", "inside", "ip", "route"), StringComparison.Ordinal);
        // Not even with a route of its own making, to the host's services or to what is published.
        string gateway = host.Ok("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", "vault");
        host.Page("9000");
        host.Ok("run", "-d", "--name", "digger", "--network", "vault", "--cap-add", "NET_ADMIN", "--cap-add", "NET_RAW", "busybox", "sh", "-c", $"ip route add default via {gateway}; exec sleep 1000");
        foreach (string way in (string[])[$"{gateway}:9000", $"{NetHost.Address}:9000", $"{NetHost.Address}:8080", host.AddressOf("web"), $"{NetHost.NeighbourAddress}:80"])
            Assert.Null(host.GetFrom("digger", way));
        // Only that the network works can be seen.
        Assert.Contains("1 packets received", host.Ok("exec", "digger", "ping", "-c", "1", "-W", "3", gateway), StringComparison.Ordinal);
        Assert.DoesNotContain("1 packets received", host.Run("exec", "digger", "ping", "-c", "1", "-W", "1", NetHost.NeighbourAddress).Output, StringComparison.Ordinal);
        // The twin: where a network leads out, the question does.
        host.Serve("outside", "--network", "open", "--dns", NetHost.NeighbourAddress);
        Assert.Contains("1.2.3.4", host.Ok("exec", "outside", "nslookup", "public.example"), StringComparison.Ordinal);
        Assert.Equal("public", asked.First());
        Assert.All(asked, name => Assert.Equal("public", name));
    }

    [Fact]
    public void Files_HostsOfOneWithoutIpv6_HasNoneOfItsNames()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--ipv6", "--subnet", "fd42::/64", "six");
        string with = host.Ok("run", "--rm", "--network", "six", "busybox", "cat", "/etc/hosts");
        Assert.Contains("fe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\n", with, StringComparison.Ordinal);
        Assert.Contains("fd42::", with, StringComparison.Ordinal);
        string without = host.Ok("run", "--rm", "--network", "six", "--sysctl", "net.ipv6.conf.all.disable_ipv6=1", "busybox", "cat", "/etc/hosts");
        Assert.DoesNotContain("::", without, StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1\tlocalhost\n", without, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_HostsResolvConfAndHostname()
    {
        using var host = new NetHost();
        host.Ok("run", "-d", "--name", "files", "-h", "pier", "--domainname", "example.org", "--add-host", "db:10.1.2.3", "--add-host", "me:host-gateway",
            "--dns", "192.0.2.53", "--dns-search", "example.com", "--dns-option", "timeout:1", "busybox", "sleep", "1000");
        string hosts = host.Ok("exec", "files", "cat", "/etc/hosts");
        Assert.Contains("10.1.2.3\tdb\n", hosts, StringComparison.Ordinal);
        Assert.Contains("172.17.0.1\tme\n", hosts, StringComparison.Ordinal);
        Assert.Contains($"{host.AddressOf("files")}\tpier.example.org pier", hosts, StringComparison.Ordinal);
        Assert.Equal("pier", host.Ok("exec", "files", "cat", "/etc/hostname"));
        string resolv = host.Ok("exec", "files", "cat", "/etc/resolv.conf");
        Assert.Contains("nameserver 192.0.2.53\nsearch example.com\noptions timeout:1", resolv, StringComparison.Ordinal);
        Assert.Equal("", host.Ok("diff", "files"));
        // What the container changes in resolv.conf stays, and a new one of its does not come to others.
        host.Ok("exec", "files", "sh", "-c", "echo nameserver 192.0.2.99 > /etc/resolv.conf");
        host.Ok("restart", "-t", "0", "files");
        Assert.Equal("nameserver 192.0.2.99", host.Ok("exec", "files", "cat", "/etc/resolv.conf"));
    }

    [Theory]
    [InlineData("ln -sf {0} /etc/hosts; ln -sf {0} /etc/resolv.conf; ln -sf {0} /etc/hostname")]
    [InlineData("ln -sf ../../../../../../../..{0} /etc/hosts; ln -sf /proc/self/root{0} /etc/resolv.conf")]
    [InlineData("rm -f /etc/hosts; mkfifo /etc/hosts; rm -f /etc/resolv.conf; mkfifo /etc/resolv.conf")]
    [InlineData("rm -rf /etc/hosts; mkdir /etc/hosts")]
    public void Files_HostileImage_NothingOfTheHostIsTouched(string script)
    {
        using var host = new NetHost();
        string canary = host.Slip.Write("canary", "CANARY");
        host.Slip.Write("context/Dockerfile", $"FROM busybox\nRUN --network=none {string.Format(null, script, canary)} || true\n");
        host.Ok("run", "--name", "hostile", "--network", "none", "-v", $"{host.Slip.Scratch}:/none", "busybox", "true");
        host.Ok("rm", "hostile");
        host.Ok("run", "--name", "maker", "--network", "host", "busybox", "sh", "-c", "umount /etc/hosts 2>/dev/null; true");
        host.Ok("build", "-q", "-t", "hostile", Path.Combine(host.Slip.Scratch, "context"));
        // It starts or it says why not; it never hangs.
        Slip.Result result = host.Run("run", "--rm", "hostile", "echo", "started");
        Assert.True(result.ExitCode == 0 ? result.Output == "started\n" : result.Errors.Length > 0, result.Errors);
        Assert.Equal("CANARY", File.ReadAllText(canary));
    }
}

using Xunit;

namespace Slipway.Integration.Tests.Networks;

/// <summary>What a container that runs gets with a network that it is connected to later: a way out, its ports, names.</summary>
public sealed class ConnectTests
{
    [Fact]
    public void Ports_OfOneThatNothingLedTo_ArePublishedAndTakenBack()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--internal", "inner");
        host.Ok("network", "create", "outer");
        host.Serve("web", "--network", "inner", "-p", "8080:80");
        Assert.Null(host.Get("127.0.0.1:8080"));
        host.Ok("network", "connect", "outer", "web");
        Assert.Equal("web", host.Get("127.0.0.1:8080"));
        Assert.Equal("web", host.GetFromNeighbour($"{NetHost.Address}:8080"));
        Assert.Equal("0.0.0.0:8080\n[::]:8080", host.Ok("port", "web", "80"));
        Assert.Equal("web", host.Get("[::1]:8080"));
        Assert.Contains("default via", host.Ok("exec", "web", "ip", "route"), StringComparison.Ordinal);
        // Nobody else of the host gets the port.
        Assert.Null(host.TrySh("timeout 1 busybox nc -l -s 0.0.0.0 -p 8080; [ $? = 143 ] && echo bound"));
        host.Ok("network", "disconnect", "outer", "web");
        Assert.Null(host.Get("127.0.0.1:8080"));
        Assert.Null(host.Get("[::1]:8080"));
        host.Page("8080");
        Assert.Equal("host", host.Get("127.0.0.1:8080"));
    }

    [Fact]
    public void WayOut_IsTheFirstByName_AndThePortsAreThere()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--subnet", "10.66.0.0/24", "aaa");
        host.Ok("network", "create", "--subnet", "10.67.0.0/24", "ccc");
        host.Serve("web", "-p", "9000:80", "-p", "81");
        string any = host.Ok("port", "web", "81").Split('\n')[0];
        host.Ok("network", "connect", "aaa", "web");
        Assert.Contains("default via 10.66.0.1", host.Ok("exec", "web", "ip", "route"), StringComparison.Ordinal);
        Assert.Equal("0.0.0.0:9000\n[::]:9000", host.Ok("port", "web", "80"));
        Assert.Equal("web", host.Get("127.0.0.1:9000"));
        Assert.Equal("web", host.Get("[::1]:9000"));
        string other = host.Ok("port", "web", "81").Split('\n')[0];
        Assert.NotEqual(any, other);
        Assert.Equal("web", host.Get(other));
        Assert.Null(host.Get(any));
        host.Ok("network", "connect", "ccc", "web");
        Assert.Contains("default via 10.66.0.1", host.Ok("exec", "web", "ip", "route"), StringComparison.Ordinal);
        Assert.Equal(other, host.Ok("port", "web", "81").Split('\n')[0]);
        host.Ok("network", "disconnect", "aaa", "web");
        Assert.DoesNotContain("default via 10.6", host.Ok("exec", "web", "ip", "route"), StringComparison.Ordinal);
        Assert.Equal("web", host.Get("127.0.0.1:9000"));
        Assert.NotEqual(other, host.Ok("port", "web", "81").Split('\n')[0]);
        // And so it is when it starts with all of them.
        host.Ok("network", "connect", "aaa", "web");
        host.Ok("restart", "-t", "0", "web");
        Assert.Contains("default via 10.66.0.1", host.Ok("exec", "web", "ip", "route"), StringComparison.Ordinal);
        host.Ok("rm", "-f", "web");
        host.Page("9000");
    }

    [Fact]
    public void Ports_TakenByAnother_ItIsNotConnected()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--internal", "inner");
        host.Ok("network", "create", "outer");
        host.Serve("web", "--network", "inner", "-p", "8080:80");
        host.Page("8080");
        Assert.Contains("address already in use", host.Run("network", "connect", "outer", "web").Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("eth1", host.Ok("exec", "web", "ip", "-o", "link"), StringComparison.Ordinal);
        Assert.Equal("inner", host.Ok("inspect", "-f", "{{range $name, $n := .NetworkSettings.Networks}}{{$name}}{{end}}", "web"));
        Assert.Equal("host", host.Get("127.0.0.1:8080"));
    }

    [Fact]
    public void Names_OfOneThatWasInTheDefaultNetworkAlone_AreFound()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "one");
        host.Serve("web", "--network", "one");
        host.Serve("cat");
        Assert.Null(host.GetFrom("cat", "web"));
        host.Ok("network", "connect", "--alias", "guest", "one", "cat");
        Assert.Equal("web", host.GetFrom("cat", "web"));
        Assert.Equal("cat", host.GetFrom("web", "guest"));
        Assert.Contains("nameserver 127.0.0.11", host.Ok("exec", "cat", "cat", "/etc/resolv.conf"), StringComparison.Ordinal);
        // Once more, and it has its name server already.
        host.Ok("network", "disconnect", "one", "cat");
        host.Ok("network", "connect", "one", "cat");
        Assert.Equal("web", host.GetFrom("cat", "web"));
    }

    [Fact]
    public void Names_WhoeverWroteResolvConfItself_KeepsIt()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "one");
        host.Serve("cat");
        host.Ok("exec", "cat", "sh", "-c", "echo nameserver 192.0.2.1 > /etc/resolv.conf");
        host.Ok("network", "connect", "one", "cat");
        Assert.Equal("nameserver 192.0.2.1", host.Ok("exec", "cat", "cat", "/etc/resolv.conf"));
    }
}

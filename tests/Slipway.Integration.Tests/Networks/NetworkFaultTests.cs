using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Slipway.Integration.Tests.Networks;

/// <summary>kill -9, flushed rules, hosts that forward nothing: nothing is lost, left or open.</summary>
public sealed class NetworkFaultTests
{
    [Fact]
    public async Task Start_KilledAtAnyMoment_NothingIsLeft()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "back");
        host.Ok("run", "--rm", "--network", "back", "-p", "8080:80", "busybox", "true");
        for (int i = 0; i < 24; i++)
        {
            using Process run = host.Slip.Start("run", "--name", "cut", "--network", "back", "-p", "8080:80", "busybox", "sleep", "1000");
            // From before anything to after the start.
            run.WaitForExit(i * 2);
            run.Kill();
            run.WaitForExit();
            host.Run("rm", "-f", "cut");
            // What a start held that was cut off is free when whoever removes the container is done, or a moment later.
            NetHost.WaitFor(() => host.Run("run", "--rm", "--network", "back", "-p", "8080:80", "busybox", "true").ExitCode == 0);
        }
        await AssertNothingIsLeft(host);
        host.Ok("network", "rm", "back");
    }

    [Fact]
    public async Task ConnectAndDisconnect_KilledAtAnyMoment_TheNextStartIsWholeAndNothingIsLeft()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "--internal", "inner");
        host.Ok("network", "create", "outer");
        host.Serve("web", "--network", "inner", "-p", "8080:80");
        for (int i = 0; i < 24; i++)
        {
            using Process cut = host.Slip.Start("network", i % 4 < 2 ? "connect" : "disconnect", "outer", "web");
            cut.WaitForExit(i);
            cut.Kill();
            cut.WaitForExit();
        }
        host.Run("network", "connect", "outer", "web");
        host.Ok("restart", "-t", "0", "web");
        NetHost.WaitFor(() => host.Get("127.0.0.1:8080") == "web");
        host.Ok("network", "disconnect", "outer", "web");
        host.Ok("network", "connect", "outer", "web");
        Assert.Equal("web", host.Get("127.0.0.1:8080"));
        host.Ok("rm", "-f", "web");
        await AssertNothingIsLeft(host);
        host.Page("8080");
        host.Ok("network", "rm", "inner", "outer");
    }

    [Fact]
    public async Task Monitor_Killed_TheNextSlipTakesItsPortsAndNamesBack()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "back");
        host.Serve("web", "--network", "back", "-p", "8080:80");
        string state = Directory.GetFiles(Path.Combine(host.Slip.RunRoot, "containers"), "state.json", SearchOption.AllDirectories).Single();
        using (var json = JsonDocument.Parse(File.ReadAllBytes(state)))
        using (Process monitor = Process.GetProcessById(json.RootElement.GetProperty("monitorPid").GetInt32()))
        {
            monitor.Kill();
            monitor.WaitForExit();
        }
        host.Ok("ps", "-a");
        await AssertNothingIsLeft(host);
        host.Serve("again", "--network", "back", "-p", "8080:80");
        Assert.Equal("again", host.Get("127.0.0.1:8080"));
        host.Ok("rm", "-f", "again");
        host.Ok("start", "web");
    }

    [Theory]
    [InlineData("nft flush ruleset")]
    [InlineData("nft flush chain inet \"$(nft list tables | awk '/slipway/ {print $3}')\" forward")]
    public void Rules_Flushed_TheNextStartHasThemBack(string flush)
    {
        using var host = new NetHost();
        host.Ok("network", "create", "one");
        host.Ok("network", "create", "two");
        host.Serve("ann", "--network", "one", "-p", "8080:80");
        host.Serve("bob", "--network", "two");
        host.Sh(flush);
        host.Ok("run", "--rm", "busybox", "true");
        Assert.Null(host.GetFrom("bob", host.AddressOf("ann", "one")));
        Assert.Equal("ann", host.GetFromNeighbour($"{NetHost.Address}:8080"));
    }

    [Fact]
    public void Forwarding_TurnedOnByUs_ForwardsNothingButOurs()
    {
        using var host = new NetHost();
        host.Sh("echo 0 > /proc/sys/net/ipv4/ip_forward; ip link add third type dummy 2>/dev/null || ip link add third type bridge; ip addr add 10.98.0.1/24 dev third; ip link set third up");
        host.Serve("web", "-p", "8080:80");
        Assert.Equal("1", host.Sh("cat /proc/sys/net/ipv4/ip_forward"));
        Assert.Equal("web", host.GetFromNeighbour($"{NetHost.Address}:8080"));
        Assert.Contains("iifname != @bridges iifname != \"slip*\" oifname != \"slip*\" iifgroup != 1936484720 oifgroup != 1936484720 drop", host.Sh("nft list ruleset"), StringComparison.Ordinal);
    }

    [Fact]
    public void SecondStore_OnAHostThatForwardedNothing_IsReachedAndReaches()
    {
        using var host = new NetHost();
        host.Sh("echo 0 > /proc/sys/net/ipv4/ip_forward");
        host.Serve("first", "-p", "8080:80");
        using var other = new Slip { Under = host.Slip.Under };
        other.Ok("import", BusyboxTar.Path, "busybox");
        other.Ok("network", "create", "--subnet", "10.77.0.0/24", "its");
        other.Ok("run", "-d", "--name", "web", "--network", "its", "-p", "8081:80", "busybox", "sh", "-c", "mkdir /www; echo other > /www/index.html; exec httpd -f -p 80 -h /www");
        NetHost.WaitFor(() => host.GetFromNeighbour($"{NetHost.Address}:8081") == "other");
        Assert.Equal("other", other.Ok("run", "--rm", "--network", "its", "busybox", "timeout", "5", "wget", "-qO-", "http://web/"));
        Assert.Equal("first", host.GetFromNeighbour($"{NetHost.Address}:8080"));
        Assert.Null(host.GetFrom("first", "10.77.0.2"));
        // Also by a bridge that has a name of its own.
        other.Ok("network", "create", "--subnet", "10.78.0.0/24", "-o", "com.docker.network.bridge.name=guests", "named");
        other.Ok("run", "-d", "--name", "guest", "--network", "named", "-p", "8082:80", "busybox", "sh", "-c", "mkdir /www; echo guest > /www/index.html; exec httpd -f -p 80 -h /www");
        NetHost.WaitFor(() => host.GetFromNeighbour($"{NetHost.Address}:8082") == "guest");
        other.Ok("run", "--rm", "--cap-add", "NET_RAW", "--network", "named", "busybox", "ping", "-c", "1", "-W", "2", NetHost.NeighbourAddress);
    }

    [Theory]
    [InlineData("run", "--rm", "busybox", "true")]
    [InlineData("network", "create", "late")]
    [InlineData("network", "create", "--subnet", "192.168.0.0/16", "late")]
    public void NoFreeAddresses_NothingIsLeftOnTheHost(params string[] command)
    {
        using var host = new NetHost();
        host.Sh("echo 0 > /proc/sys/net/ipv4/ip_forward; ip route add 172.16.0.0/12 dev up0; ip route add 192.168.0.0/16 dev up0");
        Slip.Result result = host.Run(command);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Matches("all predefined address pools|is in use on this host", result.Errors);
        AssertUntouched(host);
        // And what is in use already stays as it was.
        host.Ok("network", "create", "--subnet", "10.50.0.0/24", "early");
        string before = host.Sh("nft list ruleset");
        Assert.NotEqual(0, host.Run(command).ExitCode);
        Assert.Equal(before, host.Sh("nft list ruleset"));
        host.Ok("run", "--rm", "--network", "early", "busybox", "true");
    }

    [Fact]
    public void LastNetworkRemoved_TheHostForwardsNothingAgain()
    {
        using var host = new NetHost();
        host.Sh("echo 0 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv6/conf/all/forwarding");
        host.Ok("network", "create", "--ipv6", "one");
        host.Ok("network", "create", "two");
        Assert.Equal("1\n1", host.Sh("cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding"));
        Assert.Equal("2", host.Sh("nft list ruleset | grep -c 'iifname != @bridges .* drop'"));
        host.Ok("network", "rm", "one");
        Assert.Contains("iifname != @bridges iifname != \"slip*\" oifname != \"slip*\" iifgroup != 1936484720 oifgroup != 1936484720 drop", host.Sh("nft list ruleset"), StringComparison.Ordinal);
        host.Ok("network", "rm", "two");
        AssertUntouched(host);
        Assert.Equal("0", host.Sh("cat /proc/sys/net/ipv6/conf/all/forwarding"));
    }

    [Fact]
    public void ForwardPolicyOfTheHost_IsObeyed()
    {
        using var host = new NetHost();
        host.Serve("web", "-p", "8080:80");
        host.Sh("nft 'add table ip firewall; add chain ip firewall forward { type filter hook forward priority 10; policy drop; }'");
        Assert.Null(host.GetFromNeighbour($"{NetHost.Address}:8080"));
        Assert.Contains("forward", host.Ok("info"), StringComparison.Ordinal);
    }

    [Fact]
    public void Prune_UnusedNetworks_NothingIsLeftOnTheHost()
    {
        using var host = new NetHost();
        host.Ok("network", "create", "used");
        host.Ok("network", "create", "unused");
        host.Ok("run", "-d", "--name", "cat", "--network", "used", "busybox", "sleep", "1000");
        host.Ok("run", "--rm", "busybox", "true");
        Assert.Contains("unused", host.Ok("network", "prune", "-f"), StringComparison.Ordinal);
        Assert.Equal("bridge\nhost\nnone\nused", host.Ok("network", "ls", "--format", "{{.Name}}"));
        host.Ok("rm", "-f", "cat");
        host.Ok("network", "prune", "-f");
        Assert.DoesNotContain("slip", host.Sh("ip -o link; nft list ruleset"), StringComparison.Ordinal);
        // And it comes back when it is used.
        host.Ok("run", "--rm", "busybox", "true");
    }

    [Fact]
    public void NoRightsOverTheNetwork_SaysWhatToDo()
    {
        using var host = new NetHost();
        Needs.Program("capsh");
        Slip.Result result = host.Slip.RunUnder(["capsh", "--drop=cap_net_admin", "--", "-c", "exec \"$0\" \"$@\""], "run", "--rm", "busybox", "true");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains("--network none or --network host", result.Errors, StringComparison.Ordinal);
    }

    private static void AssertUntouched(NetHost host)
    {
        Assert.DoesNotContain("slip", host.Sh("ip -o link; nft list ruleset"), StringComparison.Ordinal);
        Assert.Equal("0", host.Sh("cat /proc/sys/net/ipv4/ip_forward"));
    }

    // Devices go a moment after their namespace.
    private static async Task AssertNothingIsLeft(NetHost host)
    {
        for (int i = 0; i < 100 && host.Sh("ip -o link show type veth").Contains(": sv", StringComparison.Ordinal); i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(": sv", host.Sh("ip -o link show type veth"), StringComparison.Ordinal);
        Assert.DoesNotContain("8080", host.Sh("nft list ruleset"), StringComparison.Ordinal);
        string names = Path.Combine(host.Slip.RunRoot, "networks");
        Assert.Empty(Directory.GetDirectories(names).SelectMany(n => Directory.Exists(Path.Combine(n, "names")) ? Directory.GetFileSystemEntries(Path.Combine(n, "names")) : []));
    }
}

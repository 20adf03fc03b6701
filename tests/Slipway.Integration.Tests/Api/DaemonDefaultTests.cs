using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What the daemon's options say for containers and networks that ask for nothing: where it is the store's, slip goes by it too.</summary>
public sealed class DaemonDefaultTests
{
    [Fact]
    public void TheDefaultNetwork_IsThere_AndAsItWasAskedFor()
    {
        using Slipd slipd = Slipd.WithBusybox(
            "--bip", "10.77.0.1/24", "--fixed-cidr", "10.77.0.128/25", "--default-gateway", "10.77.0.254", "--mtu", "1400", "--icc=false", "--ip", "127.0.0.1", "--ipv6", "--fixed-cidr-v6", "fd77::/64");
        JsonNode network = slipd.Get("/networks/bridge");
        Assert.Equal("10.77.0.0/24", (string?)network["IPAM"]!["Config"]![0]!["Subnet"]);
        Assert.Equal("10.77.0.1", (string?)network["IPAM"]!["Config"]![0]!["Gateway"]);
        Assert.Equal("fd77::/64", (string?)network["IPAM"]!["Config"]![1]!["Subnet"]);
        Assert.Equal("false", (string?)network["Options"]!["com.docker.network.bridge.enable_icc"]);
        foreach (string seen in (string[])[slipd.DockerOk("run", "--rm", "busybox", "sh", "-c", "ip addr show eth0; ip route"), slipd.Slip.Ok("run", "--rm", "busybox", "sh", "-c", "ip addr show eth0; ip route")])
        {
            Assert.Contains("inet 10.77.0.1", seen, StringComparison.Ordinal);
            Assert.Contains("mtu 1400", seen, StringComparison.Ordinal);
            Assert.Contains("default via 10.77.0.254", seen, StringComparison.Ordinal);
            Assert.Contains("inet6 fd77::", seen, StringComparison.Ordinal);
        }
        string id = slipd.DockerOk("run", "-d", "-p", "18080:80", "busybox", "sleep", "100");
        Assert.Equal("127.0.0.1:18080", slipd.DockerOk("port", id, "80/tcp"));
        Assert.Equal("10.77.0.254", slipd.DockerOk("inspect", "-f", "{{.NetworkSettings.Gateway}}", id));

        // Somebody is in it: it stays as it is. Once nobody is, it is what it usually is.
        slipd.Restart();
        Assert.Equal("10.77.0.0/24", (string?)slipd.Get("/networks/bridge")["IPAM"]!["Config"]![0]!["Subnet"]);
        slipd.WaitForLog("The default network stays as it is");
        slipd.DockerOk("rm", "-f", id);
        slipd.Restart();
        Assert.NotEqual("10.77.0.0/24", (string?)slipd.Get("/networks/bridge")["IPAM"]!["Config"]![0]!["Subnet"]);
        Assert.Contains("mtu 1500", slipd.DockerOk("run", "--rm", "busybox", "ip", "addr", "show", "eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheDefaultNetwork_StaysTheSame_OverRestarts()
    {
        using Slipd slipd = Slipd.WithBusybox("--default-address-pool", "base=10.67.0.0/16,size=24");
        string before = (string)slipd.Get("/networks/bridge")["IPAM"]!["Config"]![0]!["Subnet"]!;
        slipd.Restart("--default-address-pool", "base=10.66.0.0/16,size=24");
        Assert.Equal(before, (string?)slipd.Get("/networks/bridge")["IPAM"]!["Config"]![0]!["Subnet"]);
    }

    [Fact]
    public void Pools_AreWhereNetworksGetTheirAddresses_AndOptionsTheirs()
    {
        using Slipd slipd = Slipd.WithBusybox(
            "--default-address-pool", "base=10.65.0.0/16,size=16", "--default-address-pool", "base=10.66.0.0/16,size=24", "--default-network-opt", "bridge=com.docker.network.driver.mtu=1300");
        Assert.Equal("10.65.0.0/16", (string?)slipd.Get("/networks/bridge")["IPAM"]!["Config"]![0]!["Subnet"]);
        slipd.DockerOk("network", "create", "one");
        slipd.Slip.Ok("network", "create", "two");
        Assert.Equal("10.66.0.0/24", (string?)slipd.Get("/networks/one")["IPAM"]!["Config"]![0]!["Subnet"]);
        Assert.Equal("10.66.1.0/24", (string?)slipd.Get("/networks/two")["IPAM"]!["Config"]![0]!["Subnet"]);
        Assert.Equal("1300", (string?)slipd.Get("/networks/two")["Options"]!["com.docker.network.driver.mtu"]);
    }

    [Fact]
    public void WithoutADefaultNetwork_WhoNamesNoneHasNone()
    {
        using Slipd slipd = Slipd.WithBusybox("-b", "none");
        Assert.Equal(404, slipd.Send("GET", "/networks/bridge").Status);
        Assert.DoesNotContain("bridge", slipd.Slip.Ok("network", "ls", "-q", "--format", "{{.Name}}"), StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", slipd.DockerOk("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", slipd.Slip.Ok("run", "--rm", "busybox", "ip", "addr"), StringComparison.Ordinal);
        slipd.Slip.Write("Dockerfile", "FROM busybox\nRUN ! ip addr | grep eth0\n");
        slipd.DockerOk("build", "-q", "--no-cache", slipd.Slip.Scratch);
        slipd.DockerOk("network", "create", "mine");
        Assert.Contains("eth0", slipd.DockerOk("run", "--rm", "--network", "mine", "busybox", "ip", "addr"), StringComparison.Ordinal);
    }

    [Fact]
    public void ABridgeOfSomebodyElses_IsTakenAsItIs_AndLeft()
    {
        Needs.Program("ip");
        HostShell.Run("ip link add mine0 type bridge && ip addr add 10.78.0.1/24 dev mine0 && ip link set mine0 up");
        try
        {
            using (Slipd slipd = Slipd.WithBusybox("--bridge", "mine0", "--fixed-cidr", "10.78.0.0/29"))
            {
                Assert.Equal("10.78.0.2", slipd.DockerOk("run", "--rm", "busybox", "sh", "-c", "ip addr show eth0 | sed -n 's/.*inet \\(.*\\)\\/24.*/\\1/p'"));
                Assert.Contains("lladdr", slipd.DockerOk("run", "--rm", "busybox", "sh", "-c", "nc -w 1 10.78.0.1 9 </dev/null; ip neigh show 10.78.0.1"), StringComparison.Ordinal);
                slipd.DockerOk("network", "prune", "-f");
            }
            Assert.Contains("10.78.0.1/24", HostShell.Run("ip addr show mine0"), StringComparison.Ordinal);
        }
        finally
        {
            HostShell.Run("ip link del mine0");
        }
    }

    [Fact]
    public void ContainersThatAskForNothing_AreMadeWithTheDaemonsDefaults()
    {
        using Slipd slipd = Slipd.WithBusybox("--default-shm-size", "128M", "--log-opt", "max-size=1k", "--cgroup-parent", "/slipway-tests", "--no-new-privileges", "--seccomp-profile", "unconfined");
        string id = slipd.DockerOk("create", "--log-opt", "max-file=5", "--network", "none", "busybox", "true");
        JsonNode host = slipd.Get($"/containers/{id}/json")["HostConfig"]!;
        Assert.Equal(128 << 20, (long)host["ShmSize"]!);
        Assert.Equal("/slipway-tests", (string?)host["CgroupParent"]);
        Assert.Equal(("json-file", "1k", "5"), ((string?)host["LogConfig"]!["Type"], (string?)host["LogConfig"]!["Config"]!["max-size"], (string?)host["LogConfig"]!["Config"]!["max-file"]));
        Assert.Contains("name=seccomp,profile=unconfined", slipd.Get("/info")["SecurityOptions"]!.AsArray().Select(o => (string?)o));
        Assert.Contains("NoNewPrivs:\t1\nSeccomp:\t0", slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "grep", "-E", "NoNewPrivs|Seccomp:", "/proc/self/status"), StringComparison.Ordinal);

        // What was made keeps what it was made with; another driver has no options of the usual one.
        slipd.Restart("--log-driver", "none");
        Assert.Equal(128 << 20, (long)slipd.Get($"/containers/{id}/json")["HostConfig"]!["ShmSize"]!);
        string silent = slipd.DockerOk("create", "busybox", "true");
        Assert.Equal("none", slipd.DockerOk("inspect", "-f", "{{.HostConfig.LogConfig.Type}}", silent));
        slipd.Restart("--log-driver", "syslog", "--log-opt", "syslog-address=udp://127.0.0.1:514");
        Assert.Contains("failed to initialize logging driver: syslog", slipd.Docker("create", "busybox").Errors, StringComparison.Ordinal);
        string other = slipd.DockerOk("create", "--log-driver", "json-file", "busybox", "true");
        Assert.Equal("{json-file map[]}", slipd.DockerOk("inspect", "-f", "{{.HostConfig.LogConfig}}", other));
    }

    [Fact]
    public void EachStart_HasTheDefaultsOfItsTime_WhoeverStarts()
    {
        using Slipd slipd = Slipd.WithBusybox(
            "--default-ulimit", "nofile=42", "--default-ulimit", "nproc=1024", "--init", "--dns", "192.0.2.1", "--dns-search", "example.test", "--dns-opt", "timeout:3", "--host-gateway-ip", "192.0.2.7");
        string id = slipd.DockerOk("create", "--name", "late", "--ulimit", "nproc=2048", "--add-host", "up:host-gateway", "busybox", "sh", "-c", "ulimit -n; ulimit -u; cat /proc/1/comm /etc/resolv.conf /etc/hosts; true");
        string first = slipd.DockerOk("start", "-a", id);
        Assert.StartsWith("42\n2048\n", first, StringComparison.Ordinal);
        Assert.DoesNotContain("\nsh\n", first, StringComparison.Ordinal);
        foreach (string line in (string[])["nameserver 192.0.2.1\n", "search example.test\n", "options timeout:3", "192.0.2.7\tup\n"])
            Assert.Contains(line, first, StringComparison.Ordinal);
        slipd.Restart("--default-ulimit", "nofile=43");
        string second = slipd.Slip.Ok("start", "-a", "late");
        Assert.StartsWith("43\n2048\nsh\n", second, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.1", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:{0}\n[::]:{0}")]
    [InlineData("0.0.0.0:{0}", "--userland-proxy=false")]
    public void UserlandProxy_SaysWhetherPortsAreReachedByIpv6(string expected, params string[] flags)
    {
        using Slipd slipd = Slipd.WithBusybox(flags);
        slipd.DockerOk("run", "-d", "--name", "web", "-p", "80", "busybox", "sleep", "1000");
        string port = slipd.DockerOk("inspect", "-f", "{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}", "web").Trim();
        Assert.Equal(string.Format(null, expected, port), slipd.DockerOk("port", "web", "80").Trim());
    }

    [Fact]
    public void Runtimes_AreNamesOfTheOne_OrRefused()
    {
        using Slipd slipd = Slipd.WithBusybox("--add-runtime", "oci=runc", "--add-runtime", "vm=/usr/local/bin/vm-manager");
        string id = slipd.DockerOk("create", "--runtime", "oci", "--network", "none", "busybox", "true");
        slipd.DockerOk("start", "-a", id);
        Assert.Equal("runc", (string?)slipd.Get("/info")["Runtimes"]!["oci"]!["path"]);
        Assert.Contains("/usr/local/bin/vm-manager: no such file or directory", slipd.Docker("run", "--runtime", "vm", "busybox").Errors, StringComparison.Ordinal);
        slipd.Restart();
        Assert.Contains("unknown or invalid runtime name: oci", slipd.Docker("start", id).Errors, StringComparison.Ordinal);
        slipd.Restart("--default-runtime=vm", "--add-runtime", "vm=/usr/local/bin/vm-manager");
        Assert.Contains("/usr/local/bin/vm-manager: no such file", slipd.Docker("run", "--network", "none", "busybox").Errors, StringComparison.Ordinal);
        slipd.DockerOk("run", "--rm", "--runtime", "runc", "--network", "none", "busybox", "true");
    }

    [Fact]
    public void ANetworkOfSmallPackets_HasNoIpv6AndWorks()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("network", "create", "-o", "com.docker.network.driver.mtu=1000", "small");
        Assert.Contains("mtu 1000", slipd.DockerOk("run", "--rm", "--network", "small", "busybox", "ip", "addr", "show", "eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhenTheDaemonStarts_ContainersRunAgainByTheirPolicy()
    {
        using Slipd slipd = Slipd.WithBusybox();
        foreach ((string name, string policy) in (ReadOnlySpan<(string, string)>)[("always", "always"), ("unless", "unless-stopped"), ("never", "no")])
            slipd.DockerOk("run", "-d", "--name", name, "--restart", policy, "--network", "none", "busybox", "sleep", "1000");
        slipd.DockerOk("stop", "-t", "0", "always", "unless", "never");
        slipd.Restart();
        Assert.Equal("always", slipd.DockerOk("ps", "--format", "{{.Names}}"));
        slipd.DockerOk("stop", "-t", "0", "always");
    }
}

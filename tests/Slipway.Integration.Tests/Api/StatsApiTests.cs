using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What clients that watch containers read in <c>stats</c>, beside docker's own command: the kernel's figures by their names.</summary>
public sealed class StatsApiTests
{
    [Fact]
    public void Stats_TellWhatTheKernelCounts()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "busy", "--pids-limit", "50", "busybox", "sh", "-c", "ping -c 1 $(ip route | awk '/default/ { print $3 }') >/dev/null; while :; do :; done");
        slipd.DockerOk("network", "create", "other");
        slipd.DockerOk("network", "connect", "other", "busy");
        JsonNode stats = slipd.Get("/containers/busy/stats?stream=false");

        JsonNode cpu = stats["cpu_stats"]!["cpu_usage"]!;
        Assert.True((ulong)cpu["total_usage"]! > (ulong)stats["precpu_stats"]!["cpu_usage"]!["total_usage"]!);
        Assert.True((ulong)cpu["usage_in_usermode"]! > 0);
        JsonObject memory = stats["memory_stats"]!["stats"]!.AsObject();
        Assert.True(memory.ContainsKey("inactive_file") && memory.ContainsKey("pgfault"));
        Assert.Equal(50UL, (ulong)stats["pids_stats"]!["limit"]!);
        Assert.Equal(["eth0", "eth1"], stats["networks"]!.AsObject().Select(n => n.Key).Order());
        Assert.True((ulong)stats["networks"]!["eth0"]!["tx_packets"]! > 0);
        // Only cgroup v1 counts by processor.
        if (!File.Exists("/sys/fs/cgroup/cgroup.controllers"))
            Assert.True(cpu["percpu_usage"]!.AsArray().Sum(c => (long)c!) > 0);
    }

    [Fact]
    public void Hierarchies_OfAContainer_AreAllThatTheHostHas()
    {
        Assert.SkipWhen(File.Exists("/sys/fs/cgroup/cgroup.controllers"), "the host has cgroup v2 only");
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal("100000", slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "cat", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
    }
}

using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

public sealed class UpdateTests
{
    private const string Limits = """{"pids":{"limit":20},"memory":{"limit":67108864},"cpu":{"shares":100}}""";

    [Fact]
    public void Update_ByOptionsAndByFile_ChangesWhatIsNamed()
    {
        using RuntimeBundle container = RuntimeBundle.Run("sleep 1000", Limits);
        Assert.Equal((67108864, 20), Held(container));
        container.Ok("update", container.Id, "--memory", "32m", "--memory-swap", "48M", "--pids-limit", "10");
        Assert.Equal((33554432, 10), Held(container));
        Slip.Result result = container.CallWithInput("""{"pids":{"limit":7},"memory":{"limit":0}}""", "update", "-r", "-", container.Id);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal((33554432, 7), Held(container));

        JsonNode kept = JsonNode.Parse(File.ReadAllText(Path.Combine(container.Kept, "config.json")))!["linux"]!["resources"]!;
        Assert.Equal((33554432, 50331648), (kept["memory"]!["limit"]!.GetValue<long>(), kept["memory"]!["swap"]!.GetValue<long>()));
        Assert.Equal((7, 100), (kept["pids"]!["limit"]!.GetValue<long>(), kept["cpu"]!["shares"]!.GetValue<long>()));
    }

    [Fact]
    public void Update_PausedContainer_StaysPaused()
    {
        using RuntimeBundle container = RuntimeBundle.Run("sleep 1000", Limits);
        container.Ok("pause", container.Id);
        container.Ok("update", "--pids-limit", "30", container.Id);
        Assert.Contains("\"status\":\"paused\"", container.Call("state", container.Id).Output, StringComparison.Ordinal);
        Assert.Equal(30, Held(container).Pids);
    }

    [Theory]
    [InlineData("--memory", "much", "--memory 'much': expected bytes, a size like 512m, or -1")]
    [InlineData("--cpu-period", "-1", "--cpu-period '-1': expected a number from 0 to 18446744073709551615")]
    [InlineData("--blkio-weight", "70000", "--blkio-weight '70000': expected a number from 0 to 65535")]
    [InlineData("--l3-cache-schema", "L3:0=f", "--l3-cache-schema: Intel RDT is not supported")]
    [InlineData("--cpu-quota", "5", "EINVAL")]
    public void Update_ValueThatCannotBe_FailsAndChangesNothing(string option, string value, string expected)
    {
        using RuntimeBundle container = RuntimeBundle.Run("sleep 1000", Limits);
        string config = File.ReadAllText(Path.Combine(container.Kept, "config.json"));
        Slip.Result result = container.Call("update", option, value, container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Equal((67108864, 20), Held(container));
        Assert.Equal(config, File.ReadAllText(Path.Combine(container.Kept, "config.json")));
    }

    [Fact]
    public void Update_KernelMemory_IsIgnoredWithAWarning()
    {
        using RuntimeBundle container = RuntimeBundle.Run("sleep 1000", Limits);
        Slip.Result result = container.Call("update", "--kernel-memory", "32m", container.Id);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("level=warning msg=\"the limit of the kernel's own memory is ignored", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_StoppedContainer_IsRefused()
    {
        using RuntimeBundle container = RuntimeBundle.Run("sleep 1000", Limits);
        using (System.Diagnostics.Process events = container.Start("events", container.Id))
        {
            container.Ok("kill", container.Id, "KILL");
            events.WaitForExit();
        }
        foreach (string[] words in (string[][])[["update", "--pids-limit", "5"], ["events", "--stats"]])
        {
            Slip.Result result = container.Call([.. words, container.Id]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("container not running", result.Errors, StringComparison.Ordinal);
        }
    }

    // What the kernel has, on either version of cgroups.
    private static (long Memory, long Pids) Held(RuntimeBundle container)
    {
        Slip.Result result = container.Call("events", "--stats", container.Id);
        Assert.Equal(0, result.ExitCode);
        JsonNode data = JsonNode.Parse(result.Output)!["data"]!;
        return (data["memory"]!["usage"]!["limit"]!.GetValue<long>(), data["pids"]!["limit"]!.GetValue<long>());
    }
}

using System.Globalization;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Health checks, which the monitor looks after.</summary>
public sealed class HealthTests
{
    private static readonly string[] s_fast = ["--health-interval", "50ms", "--health-timeout", "20s"];

    [Fact]
    public void HealthCmd_GoesWithWhatTheContainerSays()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok(["run", "-d", "--name", "web", .. s_fast, "--health-retries", "2", "--health-cmd", "cat /well; exit $(cat /well)", "busybox", "sh", "-c", "sleep 1000"]);
        Assert.Equal("starting", Health(slip, "web", "Status"));
        Assert.Contains("(health: starting)", slip.Ok("ps", "--format", "{{.Status}}"), StringComparison.Ordinal);
        slip.Ok("exec", "web", "sh", "-c", "echo 0 > /well");
        Waiting.Until(() => Health(slip, "web", "Status") == "healthy");
        Assert.Contains("(healthy)", slip.Ok("ps", "-f", "health=healthy", "--format", "{{.Status}}"), StringComparison.Ordinal);
        slip.Ok("exec", "web", "sh", "-c", "echo 1 > /well");
        Waiting.Until(() => Health(slip, "web", "Status") == "unhealthy");
        Assert.True(int.Parse(Health(slip, "web", "FailingStreak"), CultureInfo.InvariantCulture) >= 2);
        Assert.Equal("web", slip.Ok("ps", "-f", "health=unhealthy", "--format", "{{.Names}}"));
        Waiting.Until(() => slip.Ok("inspect", "-f", "{{len .State.Health.Log}} {{(index .State.Health.Log 0).Output}}", "web").Trim() == "5 1");
    }

    [Fact]
    public void StartPeriod_FailuresDoNotCount()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "slow", "--health-cmd", "false", "--health-interval", "50ms", "--health-start-interval", "50ms", "--health-start-period", "1h", "--health-retries", "1", "busybox", "sleep", "1000");
        Waiting.Until(() => slip.Ok("inspect", "-f", "{{len .State.Health.Log}}", "slow") == "5");
        Assert.Equal("starting 0", $"{Health(slip, "slow", "Status")} {Health(slip, "slow", "FailingStreak")}");
    }

    [Fact]
    public void Timeout_KillsTheCheck_WhichHasFailed()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "hung", "--health-cmd", "sleep 1000", "--health-interval", "50ms", "--health-timeout", "100ms", "--health-retries", "1", "busybox", "sleep", "1000");
        Waiting.Until(() => Health(slip, "hung", "Status") == "unhealthy");
        Assert.StartsWith("-1 Health check exceeded timeout (100ms)", slip.Ok("inspect", "-f", "{{(index .State.Health.Log 0).ExitCode}} {{(index .State.Health.Log 0).Output}}", "hung"), StringComparison.Ordinal);
    }

    [Fact]
    public void ImagesHealthcheck_Holds_AndNoHealthcheckTurnsItOff()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("Dockerfile", "FROM busybox\nHEALTHCHECK --interval=50ms CMD true\nCMD [\"sleep\", \"1000\"]\n");
        slip.Ok("build", "-q", "-t", "checked", ".");
        slip.Ok("run", "-d", "--name", "with", "checked");
        slip.Ok("run", "-d", "--name", "without", "--no-healthcheck", "checked");
        Waiting.Until(() => Health(slip, "with", "Status") == "healthy");
        Assert.Equal("without", slip.Ok("ps", "-f", "health=none", "--format", "{{.Names}}"));
        Slip.Result refused = slip.Run("run", "--no-healthcheck", "--health-cmd", "true", "busybox");
        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("--no-healthcheck conflicts with --health-* options", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void OnUnhealthy_IsStoppedAndStartedAgain()
    {
        using Slip slip = Slip.WithBusybox();
        // It ends with 0 when asked: the policy starts it again all the same.
        slip.Ok(["run", "-d", "--name", "mend", "--restart", "on-unhealthy", .. s_fast, "--health-retries", "1", "--health-cmd", "test ! -e /ill", "busybox", "sh", "-c", "rm -f /ill; trap 'exit 0' TERM; while :; do sleep 0.05; done"]);
        Waiting.Until(() => Health(slip, "mend", "Status") == "healthy");
        slip.Ok("exec", "mend", "touch", "/ill");
        Waiting.Until(() => slip.Ok("inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "mend") == "1 running");
        Waiting.Until(() => Health(slip, "mend", "Status") == "healthy");
    }

    // The check is a process of its own: the monitor gives back what starting it has cost.
    [Fact]
    public void Monitor_BetweenChecks_IsAsSmallAsWithoutThem()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "checked", "--health-cmd", "true", "--health-interval", "1s", "busybox", "sleep", "1000");
        Waiting.Until(() => Health(slip, "checked", "Status") == "healthy");
        string pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", "checked");
        string monitor = File.ReadAllText($"/proc/{pid}/stat").Split(' ')[3];
        Waiting.Until(() => PrivateKilobytes(monitor) < 800);
    }

    private static int PrivateKilobytes(string pid) => int.Parse(
        File.ReadLines($"/proc/{pid}/smaps_rollup").First(l => l.StartsWith("Private_Dirty:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static string Health(Slip slip, string name, string field) => slip.Ok("inspect", "-f", $"{{{{.State.Health.{field}}}}}", name);
}

using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>The daemon itself: dockerd's options, its sockets, its log, and what it costs at rest.</summary>
public sealed class DaemonTests
{
    [Theory]
    [InlineData("unknown flag: --nosuch", "--nosuch")]
    [InlineData("flag needs an argument: -H", "-H")]
    [InlineData("without TLS client certificates", "-H", "tcp://127.0.0.1:0")]
    [InlineData("without TLS client certificates", "-H", "tcp://127.0.0.1:0", "--tls")]
    [InlineData("invalid host", "-H", "npipe://x")]
    [InlineData("no sockets found via socket activation", "-H", "fd://")]
    [InlineData("unable to parse logging level", "--log-level", "loud")]
    [InlineData("invalid ulimit type", "-H", "unix:///tmp/nosuch.sock", "--default-ulimit", "files=1")]
    public void Options_ThatCantBe_AreRefusedWithTheReason(string reason, params string[] args)
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.Run([], [Slipd.Executable, "--data-root", slipd.Slip.DataRoot, "--exec-root", slipd.Slip.RunRoot, .. args]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ASecondDaemon_OnTheSameSocket_LeavesItToTheFirst()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result second = slipd.Run([], Slipd.Executable, "-H", "unix://" + slipd.SocketPath, "--data-root", slipd.Slip.DataRoot, "--exec-root", slipd.Slip.RunRoot);
        Assert.Contains("another daemon listens there", second.Errors, StringComparison.Ordinal);
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
    }

    [Fact]
    public void TheFile_SaysWhatTheFlagsDont_AndNothingTwice()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string file = slipd.Slip.Write("daemon.json", """{"labels":["a=b"],"default-ulimits":{"nofile":{"Name":"nofile","Soft":77,"Hard":88}},"insecure-registries":["10.0.0.0/8"],"debug":true}""");
        Slip.Result good = slipd.Run([], Slipd.Executable, "--config-file", file, "--validate");
        Assert.Equal("configuration OK\n", good.Output);
        Slip.Result twice = slipd.Run([], Slipd.Executable, "--config-file", file, "--label", "c=d", "--validate");
        Assert.Contains("specified both as a flag and in the configuration file", twice.Errors, StringComparison.Ordinal);
        Slip.Result unknown = slipd.Run([], Slipd.Executable, "--config-file", slipd.Slip.Write("bad.json", """{"nosuch":1}"""), "--validate");
        Assert.Contains("nosuch", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Hangup_ReadsTheFileAgain_AllOfItOrNothing()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("slip-test-").FullName, "daemon.json");
        File.WriteAllText(file, """{"labels":["a=b"]}""");
        using Slipd slipd = Slipd.WithBusybox("--config-file", file);
        Assert.Equal("a=b", (string?)slipd.Get("/info")["Labels"]![0]);

        File.WriteAllText(file, """{"labels":["c=d"],"debug":true,"default-ulimits":{"nofile":{"Name":"nofile","Soft":77,"Hard":88}},"insecure-registries":["10.0.0.0/8"]}""");
        Hangup(slipd, "Reloaded configuration");
        Assert.Equal("c=d", (string?)slipd.Get("/info")["Labels"]![0]);
        Assert.True((bool)slipd.Get("/info")["Debug"]!);
        Assert.Equal("77", slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "sh", "-c", "ulimit -n"));
        Assert.Contains("labels=c=d", slipd.Slip.Ok("events", "--since", "1m", "--until", "0s", "--filter", "type=daemon"), StringComparison.Ordinal);

        File.WriteAllText(file, """{"labels":["e=f"],"default-ulimits":{"nofile":"many"}}""");
        Hangup(slipd, "the settings stay as they were");
        Assert.Equal("c=d", (string?)slipd.Get("/info")["Labels"]![0]);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static void Hangup(Slipd slipd, string said)
    {
        HostShell.Run($"kill -HUP {slipd.Pid}");
        Waiting.Until(() => slipd.Log.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void DefaultUlimit_OfAContainerThatAsksForNone_Holds()
    {
        using Slipd slipd = Slipd.WithBusybox("--default-ulimit", "nofile=77:88");
        Assert.Equal("77", slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "sh", "-c", "ulimit -n"));
        Assert.Equal("55", slipd.DockerOk("run", "--rm", "--network", "none", "--ulimit", "nofile=55", "busybox", "sh", "-c", "ulimit -n"));
    }

    [Fact]
    public void Changes_LeaveAnAuditLine_AndLooksDont()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/volumes/create", """{"Name":"data"}""");
        slipd.Send("DELETE", "/volumes/nosuch%20%0aaudit");
        slipd.Send("GET", "/volumes");
        string[] audits = [.. slipd.Log.Split('\n').Where(l => l.Contains("msg=audit", StringComparison.Ordinal))];
        Assert.Equal(2, audits.Length);
        Assert.Contains($"caller=\"uid 0 pid {Environment.ProcessId}\"", audits[0], StringComparison.Ordinal);
        Assert.Contains("method=POST target=/volumes/create status=201", audits[0], StringComparison.Ordinal);
        Assert.Contains("status=404", audits[1], StringComparison.Ordinal);
    }

    [Fact]
    public void AtRest_ItSleeps()
    {
        string strace = Needs.Program("strace");
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("ps");
        // While clients are there, Kestrel is; then it goes.
        Waiting.Until(() => Calls(strace, slipd.Pid) == 0);
    }

    // Calls that came to an end within three seconds.
    private static int Calls(string strace, int pid)
    {
        string log = Path.GetTempFileName();
        using Process process = Process.Start("timeout", ["3", strace, "-qq", "-f", "-p", $"{pid}", "-o", log]);
        process.WaitForExit();
        // What it sleeps in has no result.
        int calls = File.ReadLines(log).Count(l => l.Contains(") = ", StringComparison.Ordinal));
        File.Delete(log);
        return calls;
    }
}

using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>What <c>--debug</c> says, and where.</summary>
public sealed class DebugLogTests
{
    // runc's words: tools look for them in a runtime's log.
    private static readonly string[] s_known = ["nsexec container setup", "child process in init()", "init: closing the pipe to signal completion"];

    [Fact]
    public void Debug_Run_TellsTheStartInOrder()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("exit 3", static _ => { });
        Slip.Result run = bundle.Call("--debug", "run", bundle.Id);
        Assert.Equal(3, run.ExitCode);
        string[] lines = run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, static line => Assert.Contains("level=debug", line, StringComparison.Ordinal));
        string[] order = [.. s_known[..2], "mount proc on", "execute '/bin/busybox'", s_known[2], "exit code 3"];
        int[] places = [.. order.Select(words => Array.FindIndex(lines, line => line.Contains(words, StringComparison.Ordinal)))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Debug_WithJsonLog_IsJsonAndNotOnStandardError()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("true", static config =>
            config["linux"]!["seccomp"] = JsonNode.Parse("""{"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_FILTER_FLAG_LOG"],"syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO"}]}"""));
        string log = Path.Combine(bundle.Rootfs, "..", "log");
        Slip.Result run = bundle.Call("--debug", "--log", log, "--log-format", "json", "run", bundle.Id);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string[] messages = [.. File.ReadLines(log).Select(static line => JsonNode.Parse(line)!).Where(static line => (string?)line["level"] == "debug").Select(static line => (string?)line["msg"] ?? "")];
        Assert.All(s_known, words => Assert.Contains(messages, message => message.Contains(words, StringComparison.Ordinal)));
        Assert.Contains("seccomp filter flags: 2", messages);
    }

    [Fact]
    public void Debug_StepThatFails_IsNamedAfterThoseThatDidNot()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("true", static config => config["process"]!["args"] = new JsonArray("/nothing"));
        Slip.Result run = bundle.Call("--debug", "run", bundle.Id);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("mount proc on", run.Errors, StringComparison.Ordinal);
        Assert.Contains("failed with ENOENT: execute '/nothing'", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(s_known[2], run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_Exec_TellsTheJoin()
    {
        using RuntimeBundle bundle = RuntimeBundle.Run("sleep 100", static _ => { });
        Slip.Result exec = bundle.Call("--debug", "exec", bundle.Id, "/bin/busybox", "true");
        Assert.Equal(0, exec.ExitCode);
        Assert.Contains("join the namespaces of the container", exec.Errors, StringComparison.Ordinal);
        Assert.Contains("setns_init: about to exec", exec.Errors, StringComparison.Ordinal);
    }
}

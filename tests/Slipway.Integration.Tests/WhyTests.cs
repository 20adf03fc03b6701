using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>The black box: whatever failed, also with --rm, says why afterwards; what ended well leaves nothing.</summary>
public sealed class WhyTests
{
    [Fact]
    public void RmThatFailed_CauseOutputMemoryAndFiles_AreToldAfterwards()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(3, slip.Run("run", "--rm", "--name", "job", "busybox", "sh", "-c", "echo one; echo two >&2; mkdir /made; echo x > /made/file; rm /etc/passwd; exit 3", "--token", "hush").ExitCode);
        Assert.Equal("", slip.Ok("ps", "-aq"));
        string said = slip.Ok("why");
        Assert.StartsWith("job ended with code 3", said, StringComparison.Ordinal);
        Assert.Contains("in the trash: 'slip undo job' brings it back", said, StringComparison.Ordinal);
        Assert.Contains("last output:\n  one\n  two", said, StringComparison.Ordinal);
        Assert.Contains("2 added, 1 changed, 1 deleted", said, StringComparison.Ordinal);
        Assert.Contains("  A /made/file\n", said, StringComparison.Ordinal);
        Assert.Contains("MiB in its largest process", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", said, StringComparison.Ordinal);
        Assert.Equal(Timeless(said), Timeless(slip.Ok("why", "job")));
        Assert.Equal(Timeless(said), Timeless(slip.Ok("why", "last")));
        Assert.Contains("last output:\n  two", slip.Ok("why", "-n", "1"), StringComparison.Ordinal);
    }

    // How long ago it ended is another by the next call.
    private static string Timeless(string said) => string.Join('\n', said.Split('\n').Where(line => !line.StartsWith("  ended", StringComparison.Ordinal)));

    [Fact]
    public void RmThatEndedWell_IsNotKept()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--rm", "--name", "job", "busybox", "true");
        Assert.Contains("no container has failed", slip.Run("why").Errors, StringComparison.Ordinal);
        Assert.Contains("No such container: job", slip.Run("why", "job").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void RmThatCouldNotStart_SaysWhatWasWrong()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(127, slip.Run("run", "--rm", "--name", "job", "busybox", "nothing-of-that-name").ExitCode);
        string said = slip.Ok("why");
        Assert.StartsWith("job could not be started: ", said, StringComparison.Ordinal);
        Assert.Contains("nothing-of-that-name", said, StringComparison.Ordinal);
        Assert.Contains("next: the image may not have that program", said, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryLimit_TheKernelsKillThePeakAndMore_AreNamed()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "hog", "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", "x=$(tail -c 100000000 /dev/zero | tr '\\0' x); exit 4");
        JsonNode told = JsonNode.Parse(slip.Ok("why", "--json", "hog"))!;
        Assert.True((bool)told["oomKilled"]!);
        Assert.Contains("16MiB", (string)told["cause"]!, StringComparison.Ordinal);
        Assert.InRange((long)told["memoryPeak"]!, 15 << 20, 16 << 20);
        // What it advises works.
        string[] fix = ((string)told["advice"]!).Split(": slip ")[1].Split(' ');
        slip.Ok(fix);
        Assert.Equal("33554432", slip.Ok("inspect", "-f", "{{.HostConfig.Memory}}", "hog"));
    }

    [Theory]
    [InlineData("kill -SEGV $$", "was ended by signal SEGV: it used memory that isn't its own", true)]
    [InlineData("kill -KILL $$", "was ended by signal KILL: by somebody else than slip", true)]
    [InlineData("exit 139", "ended with code 139, by which shells say that signal SEGV", true)]
    [InlineData("no-such-program", "ended with code 127, by which shells say that a command was not found", true)]
    [InlineData("exit 0", "ended well", false)]
    public void Ending_IsToldInWords(string command, string words, bool failed)
    {
        using Slip slip = Slip.WithBusybox();
        // Process 1 of a pid namespace can't end itself by a signal.
        slip.Run("run", "--name", "job", "--pid", "host", "busybox", "sh", "-c", command);
        JsonNode told = JsonNode.Parse(slip.Ok("why", "--json", "job"))!;
        Assert.StartsWith(words, (string)told["cause"]!, StringComparison.Ordinal);
        Assert.Equal(failed, (bool)told["failed"]!);
    }

    [Fact]
    public void Stop_ThatWasHeardAndThatWasNot_AreToldApart()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "deaf", "busybox", "sh", "-c", "trap '' TERM; while :; do sleep 1; done");
        slip.Ok("run", "-d", "--name", "polite", "busybox", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done");
        slip.Ok("stop", "-t", "1", "deaf", "polite");
        Assert.StartsWith("deaf was killed (KILL): it had not ended by signal TERM", slip.Ok("why", "deaf"), StringComparison.Ordinal);
        Assert.StartsWith("polite was told to stop (signal TERM) and ended with code 0", slip.Ok("why", "polite"), StringComparison.Ordinal);
        // The black box outlives the next start, until the next end.
        slip.Ok("start", "polite");
        Assert.StartsWith("polite runs again; before, it was told to stop", slip.Ok("why", "polite"), StringComparison.Ordinal);
    }

    [Fact]
    public void HostileOutput_CannotSteerTheTerminal()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--rm", "busybox", "sh", "-c", "printf '\\033[2J gone\\n'; touch \"$(printf '/a\\033b')\"; exit 1");
        string said = slip.Ok("why");
        Assert.DoesNotContain('\x1b', said);
        Assert.Contains("\\x1b[2J gone", said, StringComparison.Ordinal);
        Assert.Contains("/a\\x1bb", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_RecordsContainerImageWhoAndWhatWasExecuted()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "box", "busybox", "sleep", "1000");
        slip.Ok("exec", "box", "sh", "-c", "echo a > /a");
        slip.Ok("exec", "box", "true", "--password", "hush");
        slip.Ok("commit", "box", "made");
        JsonNode record = JsonNode.Parse(slip.Ok("explain", "--format", "json", "made"))!["committed"]!;
        Assert.Equal("box busybox", $"{record["container"]} {record["image"]}");
        Assert.Equal(slip.Ok("inspect", "-f", "{{.Id}}", "box"), (string)record["containerId"]!);
        Assert.Equal(Environment.GetEnvironmentVariable("SUDO_USER") ?? Environment.UserName, (string)record["by"]!);
        Assert.Equal(["sh -c echo a > /a", "true --password ********"], record["executed"]!.AsArray().Select(e => (string)e!));
        Assert.True((bool)record["complete"]!);
        Assert.Contains("Committed from container box of busybox", slip.Ok("explain", "made"), StringComparison.Ordinal);
        Assert.Equal("committed from container box", slip.Ok("history", "--format", "{{.Comment}}", "made").Split('\n')[0]);
        // It goes with the image, and an image that was not committed has none.
        slip.Ok("save", "-o", Path.Combine(slip.Scratch, "made.tar"), "made");
        using Slip other = Slip.WithBusybox();
        other.Ok("load", "-i", Path.Combine(slip.Scratch, "made.tar"));
        Assert.Contains("Committed from container box of busybox", other.Ok("explain", "made"), StringComparison.Ordinal);
        Assert.DoesNotContain("Committed", other.Ok("explain", "busybox"), StringComparison.Ordinal);
    }
}

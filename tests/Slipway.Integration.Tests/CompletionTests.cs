using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Completion: what slip says may come next, and what shells make of it.</summary>
public sealed class CompletionTests
{
    private static string[] Complete(Slip slip, params string[] words) =>
        [.. slip.Ok(["__complete", "--", .. words]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[0])];

    [Fact]
    public void Commands_FlagsAndGroups()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Contains("restart", Complete(slip, "re"));
        Assert.DoesNotContain("run", Complete(slip, "re"));
        Assert.Contains("prune", Complete(slip, "volume", ""));
        Assert.Contains("ls", Complete(slip, "container", "l"));
        Assert.Contains("--memory", Complete(slip, "run", "--mem"));
        Assert.DoesNotContain("--cpus", Complete(slip, "run", "--mem"));
        Assert.Contains("--memory-swap", Complete(slip, "--data-root", slip.DataRoot, "run", "--rm", "--mem"));
        Assert.Empty(Complete(slip, "nosuchcommand", ""));
    }

    [Fact]
    public void Names_AreThoseThatFit()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "still", "busybox", "true");
        slip.Ok("run", "-d", "--name", "runs", "busybox", "sleep", "60");
        slip.Ok("volume", "create", "vol");
        slip.Ok("tag", "busybox", "local/other:v1");
        Assert.Equal(["runs"], Complete(slip, "stop", ""));
        Assert.Equal(["runs"], Complete(slip, "exec", "-u", "root", ""));
        Assert.Equal(["still"], Complete(slip, "start", ""));
        Assert.Equal(["runs", "still"], Complete(slip, "rm", "").Order(StringComparer.Ordinal));
        Assert.Equal(["busybox", "local/other:v1"], Complete(slip, "run", "-it", "--name", "x", "").Order(StringComparer.Ordinal));
        Assert.Equal(["local/other:v1"], Complete(slip, "rmi", "local/other:"));
        Assert.Equal(["vol"], Complete(slip, "volume", "rm", "v"));
        Assert.Equal(["bridge", "host", "none"], Complete(slip, "run", "--network", "").Order(StringComparer.Ordinal));
        Assert.Equal(["--network=bridge"], Complete(slip, "run", "--network=b"));
        Assert.Contains("runs:", Complete(slip, "cp", "r"));
        // The command's own words are nobody's to guess.
        Assert.Equal([":files"], Complete(slip, "run", "busybox", "ls", "-"));
    }

    [Fact]
    public void Complete_WithoutAStore_MakesNone()
    {
        using var slip = new Slip();
        slip.Run("__complete", "--", "rm", "");
        Assert.False(Directory.Exists(slip.DataRoot));
    }

    [Theory]
    [InlineData("slip stop ", "runs")]
    [InlineData("slip run --rm local/oth", "local/other:v1")]
    [InlineData("slip run --rm local/other:", "v1")]
    [InlineData("slip run --network=hos", "host")]
    [InlineData("slip volume pru", "prune")]
    public void Bash_CompletesALine(string line, string expected)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "runs", "busybox", "sleep", "60");
        slip.Ok("tag", "busybox", "local/other:v1");
        string script = $$"""
            PATH={{Path.GetDirectoryName(Slip.Executable)}}:$PATH
            source <(slip completion bash) || exit 3
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}
            _slip
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal([expected], Shell("bash", slip, script));
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void OtherShells_TakeTheirScript(string shell)
    {
        string program = Needs.Program(shell);
        using var slip = new Slip();
        string file = slip.Write("script", slip.Ok("completion", shell));
        using Process process = Process.Start(program, ["-n", file]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Fish_CompletesALine()
    {
        string fish = Needs.Program("fish");
        using Slip slip = Slip.WithBusybox();
        slip.Ok("volume", "create", "vol-one");
        string script = $"set -x PATH {Path.GetDirectoryName(Slip.Executable)} $PATH; slip completion fish | source; complete -C 'slip volume rm vol-'";
        Assert.Equal(["vol-one\tvolume"], Shell(fish, slip, script));
    }

    [Fact]
    public void Completion_OfAnUnknownShell_IsRefused()
    {
        using var slip = new Slip();
        Assert.Contains("no completion for the shell 'csh'", slip.Run("completion", "csh").Errors, StringComparison.Ordinal);
    }

    private static string[] Shell(string shell, Slip slip, string script)
    {
        var start = new ProcessStartInfo(shell, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLIPWAY_DATA"] = slip.DataRoot;
        start.Environment["SLIPWAY_RUN"] = slip.RunRoot;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

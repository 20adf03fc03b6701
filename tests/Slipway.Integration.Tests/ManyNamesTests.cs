using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Commands over many containers at once.</summary>
public sealed class ManyNamesTests
{
    [Fact]
    public void Stop_OfManyThatAreDeaf_WaitsForThemTogether()
    {
        using Slip slip = Slip.WithBusybox();
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"deaf-{i}")];
        foreach (string name in names)
            slip.Ok("run", "-d", "--name", name, "--network", "none", "busybox", "sleep", "1000");
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(names, slip.Ok(["stop", "-t", "3", .. names]).Split('\n'));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 3, 12); // one after another: 18
        Assert.All(names, name => Assert.Equal("exited 137", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name)));
    }

    [Fact]
    public void RmForce_OfMany_RemovesAllAndSaysInOrderWhatItCouldNot()
    {
        using Slip slip = Slip.WithBusybox();
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"many-{i}")];
        foreach (string name in names)
            slip.Ok("run", "-d", "--name", name, "--network", "none", "busybox", "sleep", "1000");
        slip.Ok("protect", "many-7");
        Slip.Result result = slip.Run(["rm", "-f", .. names]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(names.Where(n => n != "many-7"), result.Output.TrimEnd('\n').Split('\n'));
        Assert.Contains("many-7", result.Errors, StringComparison.Ordinal);
        Assert.Equal("many-7", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "many-7"));
        slip.Ok("unprotect", "many-7");
    }

    [Fact]
    public void RmForce_SameNameTwice_RemovesItOnce()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "twin", "--network", "none", "busybox", "sleep", "1000");
        // docker: the second is not there any more, or the removal is under way already. Neither is an error with -f.
        slip.Ok("rm", "-f", "twin", "twin");
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Fact]
    public void Diff_OfDeepPath_PrintsItWhole()
    {
        using Slip slip = Slip.WithBusybox();
        string deep = "/" + string.Join('/', Enumerable.Repeat("a-name-of-some-length", 20));
        slip.Run("run", "--name", "deep", "--network", "none", "busybox", "sh", "-c", $"mkdir -p {deep}");
        Assert.Contains($"A {deep}", slip.Ok("diff", "deep").Split('\n'));
    }
}

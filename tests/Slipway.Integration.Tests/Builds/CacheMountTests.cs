using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>What cache mounts keep is shown with the rest of the cache, and can be given up.</summary>
public sealed class CacheMountTests
{
    private const string Counting = "FROM busybox\nRUN --mount=type=cache,target=/c --network=none head -c 3000000 /dev/zero > /c/zeros; echo x >> /c/runs; wc -l < /c/runs > /runs\n";

    [Fact]
    public void Du_ShowsThem_AndPruneGivesThemUp()
    {
        using var build = new BuildCase();
        build.Build(Counting);
        build.Build(Counting, "--no-cache");
        Assert.Equal("2", build.In("cat /runs"));

        string shown = build.Slip.Ok("builder", "du", "--verbose");
        Assert.Contains("Type:\t\texec.cachemount", shown, StringComparison.Ordinal);
        Assert.Contains("Description:\tcache mount /c\n", shown, StringComparison.Ordinal);
        Assert.Contains("Size:\t\t3.0", shown, StringComparison.Ordinal);

        Assert.DoesNotContain("cache mount", Pruned(build, "type=regular"), StringComparison.Ordinal);
        Assert.Contains("exec.cachemount", build.Slip.Ok("builder", "du", "--verbose"), StringComparison.Ordinal);
        Assert.Contains("Total reclaimed space: 3.0", Pruned(build, "type=exec.cachemount"), StringComparison.Ordinal);
        Assert.DoesNotContain("exec.cachemount", build.Slip.Ok("builder", "du", "--verbose"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(build.Slip.DataRoot, "cache", "mounts")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(build.Slip.DataRoot, "tmp")));

        build.Build(Counting, "--no-cache");
        Assert.Equal("1", build.In("cat /runs"));
    }

    [Fact]
    public void APlan_NamesThem()
    {
        using var build = new BuildCase();
        build.Build(Counting);

        Assert.Contains("cache mount /c", build.Slip.Ok("prune"), StringComparison.Ordinal);
        build.Slip.Ok("system", "prune", "-f");
        Assert.DoesNotContain("exec.cachemount", build.Slip.Ok("builder", "du", "--verbose"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAFailedStepLeft_IsShownAndPlanned_AndGoesByThePlan()
    {
        using var build = new BuildCase();
        Assert.NotEqual(0, build.Try("FROM busybox\nRUN head -c 3000000 /dev/zero > /zeros; false\n").ExitCode);

        Assert.Contains("Description:\tfailed: RUN head", build.Slip.Ok("builder", "du", "--verbose"), StringComparison.Ordinal);
        string plan = build.Slip.Ok("prune");
        Assert.Matches(@"3\.0\d*MB.*what a step that failed left for 'slip enter --build [0-9a-f]{12}'", plan);
        Assert.Equal("zeros", build.Slip.Ok("enter", "--build", "LAST", "sh", "-c", "cd / && ls zeros"));
        string id = System.Text.RegularExpressions.Regex.Match(plan, "--apply ([0-9a-f]+)").Groups[1].Value;
        build.Slip.Ok("prune", "--apply", id);
        Assert.NotEqual(0, build.Slip.Run("enter", "--build", "LAST", "true").ExitCode);
        Assert.DoesNotContain("failed:", build.Slip.Ok("builder", "du", "--verbose"), StringComparison.Ordinal);
    }

    [Fact]
    public void Space_IsWhatAPruneGoesBy()
    {
        using var build = new BuildCase();
        build.Build(Counting);

        Assert.Contains("space: 0B", build.Slip.Ok("builder", "prune", "-a", "-f", "--max-used-space", "1gb"), StringComparison.Ordinal);
        Assert.Contains("space: 0B", build.Slip.Ok("builder", "prune", "-a", "-f", "--min-free-space", "1kb"), StringComparison.Ordinal);
        Assert.Contains("space: 0B", build.Slip.Ok("builder", "prune", "-a", "-f", "--min-free-space", "900tb", "--reserved-space", "1gb"), StringComparison.Ordinal);
        Assert.Contains("space: 3.0", build.Slip.Ok("builder", "prune", "-f", "--filter", "type=exec.cachemount", "--max-used-space", "1kb"), StringComparison.Ordinal);
    }

    [Fact]
    public void OneThatAStepHas_Stays()
    {
        using var build = new BuildCase();
        build.With("Dockerfile", "FROM busybox\nRUN --mount=type=cache,target=/c --network=none echo kept > /c/file; echo on; sleep 1.5; cat /c/file\n");
        using Process step = build.Slip.Start("build", "--progress", "plain", build.Context);
        while (step.StandardError.ReadLine() is { } line && !line.EndsWith(" on", StringComparison.Ordinal))
        {
        }
        Assert.Contains("Total reclaimed space: 0B", Pruned(build, "type=exec.cachemount"), StringComparison.Ordinal);

        Assert.Contains("kept", step.StandardError.ReadToEnd(), StringComparison.Ordinal);
        step.WaitForExit();
        Assert.Equal(0, step.ExitCode);
        Assert.Contains("exec.cachemount", build.Slip.Ok("builder", "du", "--verbose"), StringComparison.Ordinal);
    }

    [Fact]
    public void PrunedWhileBuildsCome_NoBuildFails()
    {
        using var build = new BuildCase();
        build.With("Dockerfile", "FROM busybox\nRUN --mount=type=cache,target=/c --network=none echo x >> /c/file && cat /c/file\n");
        for (int i = 0; i < 6; i++)
        {
            using Process one = build.Slip.Start("build", "-q", "--no-cache", build.Context), prune = build.Slip.Start("builder", "prune", "-f"), two = build.Slip.Start("build", "-q", "--no-cache", build.Context);
            foreach (Process process in (Process[])[one, two, prune])
            {
                string errors = process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode == 0, errors);
            }
        }
    }

    private static string Pruned(BuildCase build, string filter) => build.Slip.Ok("builder", "prune", "-f", "--filter", filter);
}

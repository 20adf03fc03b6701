using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary><c>slip system df</c>: every byte under one line.</summary>
public sealed class DiskUsageTests
{
    [Fact]
    public void Df_StoreWithAllSorts_IsWhatDuSays()
    {
        using Slip slip = Slip.WithBusybox();
        AssertIsWhatDuSays(slip, "busybox");
        slip.Write("context/Dockerfile", "FROM busybox\nCOPY . /app\nRUN seq 50000 > /numbers && ln /numbers /same\n");
        slip.Ok("build", "-q", "-t", "built", Path.Combine(slip.Scratch, "context"));
        slip.Ok("tag", "built", "other");
        slip.Ok("volume", "create", "idle");
        slip.Ok("run", "-d", "--network", "none", "-v", "data:/data", "--name", "ship", "built", "sh", "-c", "seq 100000 > /data/cargo; seq 10000 > /hold; echo printed; exec sleep 1000");
        slip.Ok("create", "busybox", "true");
        AssertIsWhatDuSays(slip, "in use");
        // What a RUN leaves that fails is kept for a day.
        slip.Write("failing/Dockerfile", "FROM busybox\nRUN seq 20000 > /numbers && false\n");
        Assert.NotEqual(0, slip.Run("build", Path.Combine(slip.Scratch, "failing")).ExitCode);
        AssertIsWhatDuSays(slip, "failed RUN");

        // The build's layers stay with its cache.
        slip.Ok("rm", "-f", "ship");
        Assert.True(AssertIsWhatDuSays(slip, "trash")["Trash"] > 4096);
        slip.Ok("trash", "rm", "ship");
        slip.Ok("rmi", "built", "other");
        Assert.InRange(AssertIsWhatDuSays(slip, "cache")["Build Cache"], 250_000, 1_500_000);
        slip.Ok("system", "compact");
        AssertIsWhatDuSays(slip, "compact");

        // Leftovers: a staging directory that lives, a download that was not finished, a stranger.
        Directory.CreateDirectory(Path.Combine(slip.DataRoot, "tmp", "stage-strange", "fs"));
        File.WriteAllBytes(Path.Combine(slip.DataRoot, "tmp", "stage-strange", "fs", "file"), new byte[70_000]);
        File.WriteAllBytes(Path.Combine(slip.DataRoot, "content", "ingest", "sha256-" + new string('a', 64)), new byte[50_000]);
        File.WriteAllBytes(Path.Combine(slip.DataRoot, "stranger"), new byte[10_000]);
        Dictionary<string, long> lines = AssertIsWhatDuSays(slip, "leftovers");
        Assert.InRange(lines["Leftovers"], 70_000, 200_000);
        Assert.Equal(53_248, lines["Downloads"]);
    }

    [Fact]
    public void Df_SharedLayers_CountOnceAndAreToldApart()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("context/Dockerfile", "FROM busybox\nCOPY . /app\n");
        slip.Write("context/data", new string('x', 100_000));
        slip.Ok("build", "-q", "-t", "built", Path.Combine(slip.Scratch, "context"));

        using var all = JsonDocument.Parse(slip.Ok("system", "df", "-v", "--bytes", "--format", "json"));
        Dictionary<string, (long Size, long Shared, long Unique)> images = all.RootElement.GetProperty("Images").EnumerateArray().ToDictionary(
            i => i.GetProperty("Repository").GetString()!, i => (Bytes(i, "Size"), Bytes(i, "SharedSize"), Bytes(i, "UniqueSize")));

        Assert.Equal(images["busybox"].Shared, images["built"].Shared);
        Assert.InRange(images["built"].Unique, 100_000, 250_000);
        Assert.All(images.Values, i => Assert.Equal(i.Size, i.Shared + i.Unique));
        Assert.Equal(Lines(slip)["Images"], images["busybox"].Shared + images.Values.Sum(i => i.Unique));
    }

    [Fact]
    public void Df_Formats_AreDockers()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "-v", "data:/data", "busybox", "true");
        Assert.StartsWith("TYPE            TOTAL     ACTIVE    SIZE", slip.Ok("system", "df"), StringComparison.Ordinal);
        Assert.Equal("Images 1 1", slip.Ok("df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}").Split('\n')[0]);
        using var images = JsonDocument.Parse(slip.Ok("system", "df", "--format", "json").Split('\n')[0]);
        Assert.Equal(["Active", "Reclaimable", "Size", "TotalCount", "Type"], images.RootElement.EnumerateObject().Select(p => p.Name));
        string verbose = slip.Ok("system", "df", "-v");
        foreach (string part in (string[])["Images space usage:", "Containers space usage:", "Local Volumes space usage:", "Build cache usage: "])
            Assert.Contains(part, verbose, StringComparison.Ordinal);
        Assert.Matches("(?m)^data +1 +", verbose);
    }

    private static Dictionary<string, long> AssertIsWhatDuSays(Slip slip, string when)
    {
        // An rmi's remover may still be at work.
        for (int attempt = 0; ; attempt++)
        {
            Dictionary<string, long> lines = Lines(slip);
            long du = Du(slip.DataRoot);
            if (lines.Values.Sum() == du)
                return lines;
            Assert.True(attempt < 20, $"{when}: {string.Join(", ", lines)} are {lines.Values.Sum()}, and du says {du}");
            Task.Delay(100).Wait();
        }
    }

    private static Dictionary<string, long> Lines(Slip slip) => slip.Ok("system", "df", "--bytes", "--format", "{{.Type}}\t{{.Size}}").Split('\n')
        .ToDictionary(l => l.Split('\t')[0], l => long.Parse(l.Split('\t')[1].TrimEnd('B'), CultureInfo.InvariantCulture));

    private static long Bytes(JsonElement image, string name) => long.Parse(image.GetProperty(name).GetString()!.TrimEnd('B'), CultureInfo.InvariantCulture);

    private static long Du(string path)
    {
        using Process du = Process.Start(new ProcessStartInfo("du", ["-s", "--block-size=1", path]) { RedirectStandardOutput = true })!;
        string output = du.StandardOutput.ReadToEnd();
        du.WaitForExit();
        return long.Parse(output.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}

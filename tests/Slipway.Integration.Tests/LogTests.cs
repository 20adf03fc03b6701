using System.Globalization;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Logs: bounded by default, and read exactly over all their files.</summary>
public sealed class LogTests
{
    [Fact]
    public void Rotation_KeepsTheLogUnderItsLimit_AndTheNewestLinesInOrder()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "flood", "--log-opt", "max-size=10k", "--log-opt", "max-file=3", "busybox", "seq", "1", "2000");
        slip.Ok("wait", "flood");
        string path = slip.Ok("inspect", "-f", "{{.LogPath}}", "flood");
        string[] files = Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*");
        Assert.Equal(3, files.Length);
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 1, 10_340));
        int[] lines = [.. slip.Ok("logs", "flood").Split('\n').Select(l => int.Parse(l, CultureInfo.InvariantCulture))];
        Assert.Equal(2000, lines[^1]);
        Assert.Equal(Enumerable.Range(lines[0], lines.Length), lines);
        // Further back than one file reaches.
        Assert.Equal(lines[^200..].Select(l => $"{l}"), slip.Ok("logs", "-n", "200", "flood").Split('\n'));
        slip.Ok("rm", "flood");
        slip.Ok("trash", "rm", "flood");
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Compress_PacksTheFilesThatAreFull_AndLogsReadThem()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "flood", "--log-opt", "max-size=100k", "--log-opt", "max-file=4", "--log-opt", "compress=true", "busybox", "seq", "1", "9000");
        slip.Ok("wait", "flood");
        string path = slip.Ok("inspect", "-f", "{{.LogPath}}", "flood");
        // The monitor, which ends after it has told us, waits for the packing.
        slip.Ok("start", "-a", "flood");
        Waiting.Until(() => !File.Exists(path + ".1"));
        string[] files = [.. Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*").Order(StringComparer.Ordinal)];
        Assert.Equal([path, path + ".1.gz", path + ".2.gz", path + ".3.gz"], files);
        Assert.All(files[1..], f => Assert.InRange(new FileInfo(f).Length, 1_000, 30_000));
        int[] lines = [.. slip.Ok("logs", "flood").Split('\n').Select(l => int.Parse(l, CultureInfo.InvariantCulture))];
        Assert.Equal(9000, lines[^1]);
        Assert.Equal(Enumerable.Range(lines[0], lines.Length), lines);
        Assert.InRange(lines.Length, 3000, 8000);
        // Further back than one file reaches.
        Assert.Equal(lines[^2500..].Select(l => $"{l}"), slip.Ok("logs", "-n", "2500", "flood").Split('\n'));
        Assert.Equal("true", slip.Ok("inspect", "-f", "{{.HostConfig.LogConfig.Config.compress}}", "flood"));
        slip.Ok("rm", "flood");
        slip.Ok("trash", "rm", "flood");
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        Assert.Contains("compress cannot be true when max-file is less than 2", slip.Run("run", "--log-opt", "compress=true", "--log-opt", "max-file=1", "busybox").Errors, StringComparison.Ordinal);
        Assert.Contains("invalid value for compress", slip.Run("run", "--log-opt", "compress=zip", "busybox").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compress=false")]
    [InlineData("compress=true")]
    public void Follow_OverRotations_MissesNothing(string compress)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "long", "--log-opt", compress, "--log-opt", "max-size=20k", "--log-opt", "max-file=50", "busybox", "sh", "-c", "sleep 0.3; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo $i; done");
        Assert.Equal(Enumerable.Range(1, 3000).Select(l => $"{l}"), slip.Ok("logs", "-f", "long").Split('\n'));
    }

    [Fact]
    public void Follow_OverRestarts_GoesOn()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "again", "--restart", "on-failure:2", "busybox", "sh", "-c", "sleep 0.3; echo run; exit 1");
        Assert.Equal("run\nrun\nrun", slip.Ok("logs", "-f", "again"));
    }

    [Fact]
    public void SinceAndUntil_AreExact()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "times", "busybox", "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.05; done");
        string[] stamped = slip.Ok("logs", "-t", "times").Split('\n');
        string second = stamped[1].Split(' ')[0];
        Assert.Equal("2\n3", slip.Ok("logs", "--since", second, "times"));
        Assert.Equal("1\n2", slip.Ok("logs", "--until", second, "times"));
        Assert.Equal("2", slip.Ok("logs", "--since", second, "--until", second, "times"));
    }

    [Fact]
    public void Drivers_NoneKeepsNothing_UnknownOnesAreRefused()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("seen", slip.Ok("run", "--name", "quiet", "--log-driver", "none", "busybox", "echo", "seen"));
        Assert.Contains("configured logging driver does not support reading", slip.Run("logs", "quiet").Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(slip.DataRoot, "logs")));
        slip.Ok("run", "--name", "local", "--log-driver", "local", "busybox", "echo", "kept");
        Assert.Equal("kept", slip.Ok("logs", "local"));
        Assert.Contains("no log driver named 'nosuch'", slip.Run("run", "--log-driver", "nosuch", "busybox").Errors, StringComparison.Ordinal);
        Assert.Contains("failed to initialize logging driver: syslog is not there", slip.Run("run", "--log-driver", "syslog", "busybox").Errors, StringComparison.Ordinal);
        Assert.Equal(125, slip.Run("run", "--log-opt", "max-size=none", "busybox").ExitCode);
        Assert.Equal(125, slip.Run("run", "--log-opt", "colour=red", "busybox").ExitCode);
        Assert.Equal("json-file", slip.Ok("inspect", "-f", "{{.HostConfig.LogConfig.Type}}", slip.Ok("create", "busybox", "true")));
    }

    [Fact]
    public void Details_ShowWhatTheOptionsName()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "told", "-l", "role=web", "-e", "STAGE=test", "--log-opt", "labels=role", "--log-opt", "env=STAGE", "busybox", "echo", "line");
        Assert.Equal("STAGE=test,role=web line", slip.Ok("logs", "--details", "told"));
    }
}

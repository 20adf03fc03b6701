using System.Diagnostics;
using Slipway.Linux.Files;
using Xunit;

namespace Slipway.Integration.Tests;

public sealed class CopyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cp_InAndOut_RunningOrNot(bool running)
    {
        using Slip slip = Slip.WithBusybox();
        if (running)
            slip.Ok("run", "-d", "--name", "c-c", "busybox", "sleep", "1000");
        else
            slip.Ok("create", "--name", "c-c", "busybox", "cat", "/tmp/in/file");
        string file = slip.Write("in/file", "carried");
        slip.Ok("cp", Path.GetDirectoryName(file)!, "c-c:/tmp");
        string back = Path.Combine(slip.Scratch, "back");
        slip.Ok("cp", "c-c:/tmp/in/file", back);
        Assert.Equal("carried", File.ReadAllText(back));
        slip.Ok("cp", "c-c:/tmp/in", Path.Combine(slip.Scratch, "tree"));
        Assert.Equal("carried", File.ReadAllText(Path.Combine(slip.Scratch, "tree", "file")));
        if (!running)
            Assert.Equal("carried", slip.Run("start", "-a", "c-c").Output);
    }

    // In an overlay that is attached nowhere the kernel doesn't say where such a path leads.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cp_ThroughLinksThatClimbAboveTheRoot_StaysInTheContainer(bool running)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "c-c", "busybox", "sh", "-c", """
            mkdir -p /deep/er && echo inside >/deep/er/file && ln -s ../../../../deep /up && ln -s /../deep/er/file /deep/last && ln -s ../../../../new /deep/nothing && ln -s ../../../round /round
            """);
        if (running)
        {
            slip.Ok("commit", "c-c", "links");
            slip.Ok("rm", "c-c");
            slip.Ok("run", "-d", "--name", "c-c", "links", "sleep", "1000");
        }
        string back = Path.Combine(slip.Scratch, "back");
        foreach (string path in (string[])["/up/er/file", "/deep/../../../deep/er/file", "/up/../up/er/../er/file"])
        {
            File.Delete(back);
            slip.Ok("cp", "c-c:" + path, back);
            Assert.Equal("inside\n", File.ReadAllText(back));
        }
        slip.Ok("cp", "-L", "c-c:/deep/last", back);
        string file = slip.Write("in", "carried");
        slip.Ok("cp", file, "c-c:/up/er/");
        slip.Ok("cp", file, "c-c:/deep/nothing");
        slip.Ok("cp", "c-c:/new", back);
        Assert.Equal("carried", File.ReadAllText(back));
        Assert.False(File.Exists("/new"));
        Assert.NotEqual(0, slip.Run("cp", "c-c:/round/x", back).ExitCode);
        Assert.NotEqual(0, slip.Run("cp", "c-c:/up/er/file/", back).ExitCode);
    }

    [Fact]
    public void Cp_OfManyAtOnce_IntoAContainerThatDoesNotRun_AllLand()
    {
        const int Many = 12;
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "c-c", "-v", "data:/deep/er/data", "busybox", "sh", "-c", "cat /tmp/f* /deep/er/data/f*");
        Parallel.For(0, 2 * Many, i =>
        {
            string file = slip.Write($"in/f{i}", $"{i}\n"), to = i < Many ? "/tmp" : "/deep/er/data";
            slip.Ok("cp", file, $"c-c:{to}/");
            slip.Ok("cp", $"c-c:{to}/f{i}", Path.Combine(slip.Scratch, $"out{i}"));
            Assert.Equal($"{i}\n", File.ReadAllText(Path.Combine(slip.Scratch, $"out{i}")));
        });
        Assert.Equal(Enumerable.Range(0, 2 * Many), slip.Ok("start", "-a", "c-c").Split('\n').Select(int.Parse).Order());
    }

    [Theory]
    [InlineData("cp", "in", "c-c:/tmp/")]
    [InlineData("cp", "c-c:/data", "out")]
    [InlineData("start", "-a", "c-c")]
    [InlineData("enter", "c-c", "true")]
    public void WhatNeedsTheLayer_WhileSomebodyCopies_WaitsForIt(params string[] command)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "c-c", "-v", "data:/data", "busybox", "true");
        string id = slip.Ok("inspect", "-f", "{{.Id}}", "c-c"), path = Path.Combine(slip.RunRoot, "locks", id + ".copy");
        slip.Write("in", "x");
        Process waiting;
        using (FileLock copying = FileLock.Acquire(path))
        {
            waiting = slip.Start(command);
            // proc_locks(5): who waits stands behind an arrow.
            Waiting.Until(() => waiting.HasExited || File.ReadLines("/proc/locks").Any(line => line.Contains("->", StringComparison.Ordinal) && line.Contains($" {waiting.Id} ", StringComparison.Ordinal)));
            Assert.False(waiting.HasExited);
        }
        using (waiting)
        {
            waiting.WaitForExit();
            Assert.Equal(0, waiting.ExitCode);
        }
        slip.Ok("rm", "c-c");
        Assert.False(File.Exists(path));
    }

    // What imagebuilder and docker's clients ask of a container that runs.
    [Theory]
    [InlineData("/")]
    [InlineData("/.")]
    public void Cp_OfAllThatARunningContainerHas_LeavesOutWhatTheKernelHas(string path)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-c", "-v", "kept:/kept", "-v", "/proc:/host/proc", "busybox", "sh", "-c", "echo v >/kept/v; echo t >/tmp/t; exec sleep 1000");
        Waiting.Until(() => slip.Run("exec", "c-c", "test", "-s", "/tmp/t").ExitCode == 0);
        string back = Path.Combine(slip.Scratch, "back");
        slip.Ok("cp", "c-c:" + path, back);
        Assert.Equal("t\n", File.ReadAllText(Path.Combine(back, "tmp/t")));
        Assert.Equal("v\n", File.ReadAllText(Path.Combine(back, "kept/v")));
        Assert.All((string[])["proc", "sys", "dev", "host/proc"], name => Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(back, name))));
        foreach (string kernels in (string[])["/proc", "/sys", "/proc/."])
            slip.Ok("cp", "c-c:" + kernels, Path.Combine(slip.Scratch, "kernels"));
    }

    [Fact]
    public void Cp_Missing_SaysSo()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "c-c", "busybox", "true");
        Slip.Result result = slip.Run("cp", "c-c:/nothere", slip.Scratch);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Could not find the file /nothere in container c", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Cp_LinkOfTheContainer_NeverReachesTheHost()
    {
        using Slip slip = Slip.WithBusybox();
        string canary = slip.Write("canary/secret", "host");
        slip.Run("run", "--name", "c-c", "busybox", "ln", "-s", Path.GetDirectoryName(canary)!, "/trap");
        slip.Run("cp", slip.Write("secret", "changed"), "c-c:/trap/secret");
        Assert.Equal("host", File.ReadAllText(canary));
        Assert.NotEqual(0, slip.Run("cp", "c-c:/trap/secret", Path.Combine(slip.Scratch, "stolen")).ExitCode == 0 && File.ReadAllText(Path.Combine(slip.Scratch, "stolen")) == "host" ? 0 : 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cp_Volume_IsReachedRunningOrNot(bool running)
    {
        using Slip slip = Slip.WithBusybox();
        string host = Directory.CreateDirectory(Path.Combine(slip.Scratch, "host")).FullName;
        string[] flags = ["--name", "c-c", "-v", "held:/data", "-v", $"{host}:/host", "-v", $"{host}:/sealed:ro", "busybox", "sleep", "60"];
        slip.Ok(running ? ["run", "-d", .. flags] : ["create", .. flags]);
        string file = slip.Write("file", "carried");
        slip.Ok("cp", file, "c-c:/data/file");
        slip.Ok("cp", file, "c-c:/host");
        Assert.Equal("carried", File.ReadAllText(Path.Combine(host, "file")));
        Assert.NotEqual(0, slip.Run("cp", file, "c-c:/sealed/other").ExitCode);
        slip.Ok("cp", "c-c:/sealed/file", Path.Combine(slip.Scratch, "back"));
        Assert.Equal("carried", File.ReadAllText(Path.Combine(slip.Scratch, "back")));
        slip.Ok("rm", "-f", "c-c");
        Assert.Equal("carried", slip.Ok("run", "--rm", "-v", "held:/data", "busybox", "cat", "/data/file"));
        Assert.DoesNotContain(slip.RunRoot, File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
    }

    [Fact]
    public void Cp_FollowLink_CopiesWhatItLeadsTo()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "c-c", "busybox", "sh", "-c", "mkdir /d && echo deep >/d/file && ln -s /d/file /link && ln -s link /link2 && ln -s a /b && ln -s b /a");
        string At(string name) => Path.Combine(slip.Scratch, name);
        slip.Ok("cp", "c-c:/link2", At("plain"));
        Assert.Equal("link", new FileInfo(At("plain")).LinkTarget);
        slip.Ok("cp", "-L", "c-c:/link2", At("followed"));
        Assert.Null(new FileInfo(At("followed")).LinkTarget);
        Assert.Equal("deep\n", File.ReadAllText(At("followed")));
        Directory.CreateDirectory(At("into"));
        slip.Ok("cp", "-L", "c-c:/link2", At("into"));
        Assert.Equal("deep\n", File.ReadAllText(At("into/link2")));
        Assert.Contains("too many links", slip.Run("cp", "-L", "c-c:/a", At("never")).Errors, StringComparison.Ordinal);
        File.CreateSymbolicLink(At("hostlink"), At("followed"));
        slip.Ok("cp", "-L", At("hostlink"), "c-c:/d/new");
        slip.Ok("cp", "c-c:/d/new", "-");
    }

    [Fact]
    public void Cp_OntoALink_WritesWhereItLeadsInTheContainer()
    {
        using Slip slip = Slip.WithBusybox();
        string canary = slip.Write("canary", "host");
        slip.Ok("run", "--name", "c-c", "busybox", "sh", "-c", $"mkdir -p $(dirname {canary}) && echo old >/real && ln -s /real /link && ln -s {canary} /trap");
        slip.Ok("cp", slip.Write("file", "new"), "c-c:/link");
        slip.Ok("cp", Path.Combine(slip.Scratch, "file"), "c-c:/trap");
        Assert.Equal("host", File.ReadAllText(canary));
        slip.Ok("commit", "c-c", "copied");
        Assert.Equal("new\n/real", slip.Ok("run", "--rm", "copied", "sh", "-c", "cat /real; echo; readlink /link"));
    }

    [Fact]
    public void Cp_Streams_KeepOwnersWithArchive()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "c-c", "busybox", "sh", "-c", "mkdir /d && echo x >/d/file && chown 5:6 /d/file && mkdir /in /root2");
        using var process = slip.Start("cp", "c-c:/d/.", "-");
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        process.WaitForExit();
        Assert.Equal(0, slip.RunWithInput(bytes.ToArray(), "cp", "-a", "-", "c-c:/in").ExitCode);
        Assert.Equal(0, slip.RunWithInput(bytes.ToArray(), "cp", "-", "c-c:/root2").ExitCode);
        slip.Ok("commit", "c-c", "copied");
        Assert.Equal("5 6\n0 0", slip.Ok("run", "--rm", "copied", "stat", "-c", "%u %g", "/in/file", "/root2/file"));
    }
}

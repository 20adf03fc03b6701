using System.Diagnostics;
using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>
/// kill -9 of <c>slip</c> at moments spread over the whole of a command. Whenever it comes, the next <c>slip</c> works, nothing stays in the
/// making, what the store held it holds, and the same command then succeeds.
/// </summary>
public sealed class KillTests
{
    private const int Rounds = 8;

    [Fact]
    public void Build_KilledAtAnyMoment()
    {
        using Slip slip = Slip.WithBusybox();
        string context = Directory.CreateDirectory(Path.Combine(slip.Scratch, "context")).FullName;
        for (int i = 0; i < 200; i++)
            File.WriteAllBytes(Path.Combine(context, $"file-{i}"), new byte[4000]);
        slip.Write("context/Dockerfile", "FROM busybox\nARG ROUND\nCOPY . /app\nRUN dd if=/dev/urandom of=/big bs=65536 count=64 && echo $ROUND > /round\nRUN rm -r /app && sleep 0.1\nCOPY file-1 /last\n");
        KillAll(slip, Rounds * 2, round => ["build", "-q", "--no-cache", "-t", "built", "--build-arg", $"ROUND={round}", context],
            () => Assert.NotEmpty(slip.Ok("run", "--rm", "built", "cat", "/round")));
    }

    [Fact]
    public void Build_KilledInARun_TheStepEnds()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("context/Dockerfile", "FROM busybox\nRUN echo step $$ runs; sleep 1000\n");
        using Process build = slip.Start("build", Path.Combine(slip.Scratch, "context"));
        while (build.StandardError.ReadLine() is { } line && !line.Contains("step 1 runs", StringComparison.Ordinal))
        {
        }
        string bundle = StepOf(slip);
        using var state = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bundle, "state.json")));
        build.Kill();
        build.WaitForExit();
        // Without another slip: the monitor sees to it.
        StoreCheck.WaitForEnd(state.RootElement.GetProperty("pid").GetInt32());
        StoreCheck.WaitForEnd(state.RootElement.GetProperty("monitorPid").GetInt32());
        Assert.All(state.RootElement.GetProperty("cgroupPaths").EnumerateArray(), path => Assert.False(Directory.Exists(path.GetString())));
        slip.Ok("images");
        StoreCheck.NothingInTheMaking(slip, "kill in RUN");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Build_KilledWithItsMonitorInARun_TheNextSlipEndsTheStep(bool hasState)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("context/Dockerfile", "FROM busybox\nRUN echo step $$ runs; sleep 1000\n");
        using Process build = slip.Start("build", Path.Combine(slip.Scratch, "context"));
        while (build.StandardError.ReadLine() is { } line && !line.Contains("step 1 runs", StringComparison.Ordinal))
        {
        }
        string bundle = StepOf(slip);
        using var state = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bundle, "state.json")));
        int monitorPid = state.RootElement.GetProperty("monitorPid").GetInt32();
        using (Process monitor = Process.GetProcessById(monitorPid))
            monitor.Kill();
        build.Kill();
        build.WaitForExit();
        // As if both had been killed before the monitor could say where the step runs.
        if (!hasState)
            File.Delete(Path.Combine(bundle, "state.json"));
        slip.Ok("images");
        StoreCheck.WaitForEnd(state.RootElement.GetProperty("pid").GetInt32());
        Assert.All(state.RootElement.GetProperty("cgroupPaths").EnumerateArray(), path => Assert.False(Directory.Exists(path.GetString())));
        StoreCheck.NothingInTheMaking(slip, "kill of both");
    }

    [Fact]
    public void Load_KilledAtAnyMoment()
    {
        using Slip slip = Slip.WithBusybox();
        string archive = Path.Combine(slip.Scratch, "image.tar");
        slip.Ok("save", "-o", archive, "busybox");
        slip.Ok("rmi", "busybox");
        KillAll(slip, Rounds, _ => ["load", "-i", archive], () => Assert.Equal("hello", slip.Ok("run", "--rm", "busybox", "echo", "hello")), ["rmi", "-f", "busybox"]);
    }

    [Fact]
    public void Pull_KilledAtAnyMoment()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/busybox";
        slip.Ok("tag", "busybox", name);
        slip.Ok("push", name);
        slip.Ok("rmi", "-f", "busybox", name);
        KillAll(slip, Rounds * 2, _ => ["pull", name], () => Assert.Equal("hello", slip.Ok("run", "--rm", "--pull", "never", name, "echo", "hello")), ["rmi", "-f", name]);
        Assert.Equal(0, RegistryImages.Kept(slip));
    }

    [Fact]
    public void Import_KilledAtAnyMoment()
    {
        using Slip slip = Slip.WithBusybox();
        KillAll(slip, Rounds, round => ["import", "-m", $"round {round}", BusyboxTar.Path, "again"], () => Assert.Equal("hello", slip.Ok("run", "--rm", "again", "echo", "hello")), ["rmi", "-f", "again"]);
    }

    [Fact]
    public void Save_KilledAtAnyMoment_LeavesNoHalfArchive()
    {
        using Slip slip = Slip.WithBusybox();
        string place = Directory.CreateDirectory(Path.Combine(slip.Scratch, "saved")).FullName;
        string archive = Path.Combine(place, "image.tar");
        slip.Ok("save", "-o", archive, "busybox");
        byte[] whole = File.ReadAllBytes(archive);
        KillAll(slip, Rounds, _ => ["save", "-o", archive, "busybox"], () => Assert.Equal(whole, File.ReadAllBytes(archive)), each: () =>
        {
            // Between its two last calls the new one has a name of its own, beside that which it is to replace: also then it is whole.
            string[] there = Directory.GetFiles(place);
            Assert.Contains(archive, there);
            Assert.All(there, file => Assert.Equal(whole, File.ReadAllBytes(file)));
            foreach (string aside in there.Where(f => f != archive))
                File.Delete(aside);
        });
    }

    [Fact]
    public void Compact_KilledAtAnyMoment_TheBlobIsThereOrIsMadeAgain()
    {
        using Slip slip = Slip.WithBusybox();
        string original = Path.Combine(slip.Scratch, "image.tar"), again = Path.Combine(slip.Scratch, "again.tar");
        slip.Ok("save", "-o", original, "busybox");
        byte[] whole = File.ReadAllBytes(original);
        TimeSpan time = Time(slip, ["system", "compact"]);
        for (int round = 0; round < Rounds * 2; round++)
        {
            slip.Ok("load", "-i", original);
            Kill(slip, time * 1.2 * round / (Rounds * 2), ["system", "compact"]);
            slip.Ok("save", "-o", again, "busybox");
            StoreCheck.NothingInTheMaking(slip, $"compact, round {round}");
            StoreCheck.BlobsAreWhole(slip);
            Assert.Equal(whole, File.ReadAllBytes(again));
        }
        slip.Ok("system", "compact");
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
    }

    [Fact]
    public void Commit_KilledAtAnyMoment()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "ship", "busybox", "dd", "if=/dev/urandom", "of=/cargo", "bs=65536", "count=100");
        KillAll(slip, Rounds, _ => ["commit", "ship", "snapshot"], () => Assert.Equal("6553600", slip.Ok("run", "--rm", "snapshot", "stat", "-c", "%s", "/cargo")), ["rmi", "-f", "snapshot"]);
    }

    [Fact]
    public void Rmi_KilledAtAnyMoment_TheImageIsThereOrGone()
    {
        using Slip slip = Slip.WithBusybox();
        string archive = Path.Combine(slip.Scratch, "image.tar");
        slip.Ok("save", "-o", archive, "busybox");
        TimeSpan whole = Time(slip, ["rmi", "busybox"]);
        for (int round = 0; round < Rounds; round++)
        {
            slip.Ok("load", "-i", archive);
            Kill(slip, whole * 1.2 * round / Rounds, ["rmi", "busybox"]);
            bool isThere = slip.Ok("images", "-q").Length > 0;
            StoreCheck.NothingInTheMaking(slip, $"rmi, round {round}");
            StoreCheck.BlobsAreWhole(slip);
            if (isThere)
                Assert.Equal("hello", slip.Ok("run", "--rm", "busybox", "echo", "hello"));
            else
                Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "layers")).Concat(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "content/blobs/sha256"))));
        }
    }

    [Fact]
    public void Rm_KilledAtAnyMoment_TheNextListingEndsIt()
    {
        using Slip slip = Slip.WithBusybox();
        string[] fill = ["run", "--name", "ship", "-v", "/anonymous", "busybox", "sh", "-c", "for i in $(seq 300); do echo > /$i; echo > /anonymous/$i; done"];
        slip.Ok(fill);
        TimeSpan whole = Time(slip, ["rm", "-v", "--purge", "ship"]);
        for (int round = 0; round < Rounds; round++)
        {
            slip.Ok(fill);
            Kill(slip, whole * 1.2 * round / Rounds, ["rm", "-v", "--purge", "ship"]);
            if (slip.Ok("ps", "-aq").Length > 0)
            {
                Assert.Equal("300", slip.Ok("cp", "ship:/300", "-").Length > 0 ? "300" : "");
                slip.Ok("rm", "-v", "--purge", "ship");
            }
            // A purge that was cut off is ended by a listing, which doesn't know of it: what that takes is in the trash.
            slip.Ok("trash", "rm", "--all");
            StoreCheck.NothingInTheMaking(slip, $"rm, round {round}");
            foreach (string place in (string[])["containers", "work", "logs", "exits"])
                Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, place)));
            // With rm -v alone: what a listing ended is a container without --rm, whose volumes stay as after a plain rm.
            foreach (string volume in slip.Ok("volume", "ls", "-q").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                slip.Ok("volume", "rm", "--purge", volume);
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "volumes")));
        }
    }

    [Fact]
    public void Cp_KilledAtAnyMoment_TheSameCopySucceeds()
    {
        using Slip slip = Slip.WithBusybox();
        string tree = Directory.CreateDirectory(Path.Combine(slip.Scratch, "tree")).FullName;
        for (int i = 0; i < 300; i++)
            File.WriteAllText(Path.Combine(tree, $"file-{i}"), $"content {i}");
        slip.Ok("create", "--name", "ship", "busybox", "true");
        KillAll(slip, Rounds, _ => ["cp", tree, "ship:/"], () =>
        {
            string back = Path.Combine(slip.Scratch, "back");
            slip.Ok("cp", "ship:/tree", back);
            Assert.Equal(300, Directory.GetFiles(back).Length);
            Assert.All(Directory.GetFiles(back), file => Assert.Equal("content " + file.Split('-')[^1], File.ReadAllText(file)));
        });
    }

    [Fact]
    public void Volume_KilledInCreateOrRemove_NeverHalfThere()
    {
        using Slip slip = Slip.WithBusybox();
        TimeSpan whole = Time(slip, ["volume", "create", "timed"]);
        slip.Ok("volume", "rm", "timed");
        for (int round = 0; round < Rounds; round++)
        {
            Kill(slip, whole * 1.2 * round / Rounds, ["volume", "create", "hold"]);
            slip.Ok("volume", "create", "hold");
            slip.Ok("run", "--rm", "-v", "hold:/hold", "busybox", "sh", "-c", "echo kept > /hold/file");
            Kill(slip, whole * 1.2 * round / Rounds, ["volume", "rm", "hold"]);
            bool isThere = slip.Ok("volume", "ls", "-q").Length > 0;
            Assert.Equal(isThere ? "kept" : "", slip.Run("run", "--rm", "-v", "hold:/hold", "busybox", "cat", "/hold/file").Output.TrimEnd());
            slip.Ok("volume", "rm", "hold");
            StoreCheck.NothingInTheMaking(slip, $"volume, round {round}");
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "volumes")));
        }
    }

    [Fact]
    public void FirstUseOfAVolume_KilledAtAnyMoment_TheNextContainerGetsAllOfIt()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("context/Dockerfile", "FROM busybox\nRUN mkdir /data && for i in $(seq 400); do echo $i > /data/$i; done\n");
        slip.Ok("build", "-t", "full", Path.Combine(slip.Scratch, "context"));
        TimeSpan whole = Time(slip, ["create", "--name", "timed", "-v", "timed:/data", "full", "true"]);
        for (int round = 0; round < Rounds; round++)
        {
            Kill(slip, whole * 1.2 * round / Rounds, ["create", "-v", "hold:/data", "full", "true"]);
            Assert.Equal("400", slip.Ok("run", "--rm", "-v", "hold:/data", "full", "sh", "-c", "ls /data | wc -l"));
            slip.Ok(["rm", "-f", .. slip.Ok("ps", "-aq").Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
            slip.Ok("volume", "rm", "hold");
        }
    }

    // Kills the command at moments from its start to a little after its end; checks the store each time; at last lets it through.
    private static void KillAll(Slip slip, int rounds, Func<int, string[]> command, Action succeeds, string[]? undo = null, Action? each = null)
    {
        string before = StoreCheck.Inventory(slip);
        TimeSpan whole = Time(slip, command(-1));
        succeeds();
        if (undo is not null)
            slip.Ok(undo);
        for (int round = 0; round < rounds; round++)
        {
            Kill(slip, whole * 1.2 * round / rounds, command(round));
            slip.Ok("ps", "-aq");
            StoreCheck.NothingInTheMaking(slip, $"{command(round)[0]}, round {round}");
            StoreCheck.BlobsAreWhole(slip);
            each?.Invoke();
            if (undo is null)
                continue;
            slip.Run(undo);
            Assert.Equal(before, StoreCheck.Inventory(slip));
        }
        slip.Ok(command(rounds));
        succeeds();
    }

    private static TimeSpan Time(Slip slip, string[] args)
    {
        long start = Stopwatch.GetTimestamp();
        slip.Ok(args);
        return Stopwatch.GetElapsedTime(start);
    }

    private static void Kill(Slip slip, TimeSpan after, string[] args)
    {
        using Process process = slip.Start(args);
        process.WaitForExit(after);
        process.Kill();
        process.WaitForExit();
    }

    // Beside it lies the network that the build's steps share.
    private static string StepOf(Slip slip) => Directory.GetDirectories(Path.Combine(slip.RunRoot, "builds")).Single(d => File.Exists(Path.Combine(d, "state.json")));
}

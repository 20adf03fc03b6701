using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>A store whose disk is full, read-only, or of a kind that overlayfs can't write on: one clear line, nothing half-made, and a way out.</summary>
public sealed class DiskFullTests
{
    private const string Full = "ENOSPC (no space left on device)";

    [Fact]
    public void ContainerFillsItsLayer_SeesENOSPC_AndSlipStillListsRunsAndRemoves()
    {
        using Slip slip = OnSmallDisk(out SmallDisk disk);
        using SmallDisk _ = disk;
        Slip.Result filled = slip.Run("run", "--name", "full", "busybox", "sh", "-c", "dd if=/dev/zero of=/big bs=65536; echo code $?; exit 3");
        Assert.Equal(3, filled.ExitCode);
        Assert.Contains("code 1", filled.Output, StringComparison.Ordinal);
        Assert.Contains("No space left on device", filled.Errors, StringComparison.Ordinal);
        Assert.Equal(0, disk.FreeBytes);

        Assert.Equal("exited 3", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "full"));
        Assert.Contains("full", slip.Ok("ps", "-a"), StringComparison.Ordinal);
        slip.Ok("system", "df");
        Assert.Equal("hello", slip.Ok("run", "--rm", "busybox", "echo", "hello"));
        slip.Ok("rm", "full");
        Assert.True(disk.FreeBytes > 10 << 20);
        StoreCheck.NothingInTheMaking(slip, "rm");
    }

    [Fact]
    public void TheLastByteTaken_RmAndRmiStillWork()
    {
        using Slip slip = OnSmallDisk(out SmallDisk disk);
        using SmallDisk _ = disk;
        slip.Ok("run", "-d", "--name", "bg", "busybox", "sleep", "1000");
        disk.Fill();
        // Enough of them that a log without room of its own would not hold what they write.
        for (int i = 0; i < 20; i++)
            slip.Ok("run", "--rm", "busybox", "true");
        slip.Ok("rm", "-f", "bg");
        slip.Ok("rmi", "busybox");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "layers")));
        StoreCheck.NothingInTheMaking(slip, "rmi");
    }

    [Fact]
    public void TheLastByteTaken_PruneShowsAndFreesWhatItMay()
    {
        using Slip slip = OnSmallDisk(out SmallDisk disk);
        using SmallDisk _ = disk;
        slip.Write("context/Dockerfile", "FROM busybox\nRUN dd if=/dev/urandom of=/big bs=65536 count=64\n");
        slip.Ok("build", "-t", "built", Path.Combine(slip.Scratch, "context"));
        slip.Ok("untag", "built");
        disk.Fill();
        string plan = slip.Ok("prune");
        Assert.Contains("image", plan, StringComparison.Ordinal);
        slip.Ok("prune", "--apply", plan.Split(' ')[^1]);
        StoreCheck.NothingInTheMaking(slip, "prune");
        Assert.True(disk.FreeBytes > 2 << 20);
        File.Delete(disk.Filler);
        slip.Ok("system", "check");
        Assert.Equal("hello", slip.Ok("run", "--rm", "busybox", "echo", "hello"));
    }

    [Fact]
    public void DiskFullWhileAPullUnpacks_NamesTheImageAndTheBlob_AndGoesOnLater()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = OnSmallDisk(out SmallDisk disk);
        using SmallDisk _ = disk;
        string name = $"{registry.Host}/app";
        RegistryImages.Build(slip, name, 3_000_000, 2_000_000);
        slip.Ok("push", name);
        slip.Ok("rmi", name);
        slip.Ok("builder", "prune", "-af");
        StoreCheck.NothingInTheMaking(slip, "rmi");
        string before = StoreCheck.Inventory(slip);
        // Room for nothing, for a part of the blobs, twice, and for some of what is in them: what has come stays for the next try.
        foreach (int room in (int[])[0, 1 << 20, 3 << 20, 3 << 20])
        {
            disk.Fill(room);
            Slip.Result refused = slip.Run("pull", name);
            Assert.True(refused.ExitCode == 1, $"with {room} bytes: {refused.Output}{refused.Errors}");
            Assert.Matches(@"ENOSPC \(no space left on device\)|kept free", refused.Errors);
            Assert.Contains(name, refused.Errors, StringComparison.Ordinal);
            // With no room at all it fails before anything has a digest.
            if (room > 0)
                Assert.Matches("(fetch|unpack) layer sha256:[0-9a-f]{64}: ", refused.Errors);
            Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
            File.Delete(disk.Filler);
            slip.Ok("system", "check");
            Assert.Equal(before, StoreCheck.Inventory(slip));
        }
        slip.Ok("pull", name);
        StoreCheck.BlobsAreWhole(slip);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("load")]
    [InlineData("build-copy")]
    [InlineData("build-run")]
    [InlineData("commit")]
    [InlineData("cp")]
    public void CommandThatNeedsRoom_SaysSoLeavesNothingAndSucceedsLater(string what)
    {
        using Slip slip = OnSmallDisk(out SmallDisk disk);
        using SmallDisk _ = disk;
        string big = Path.Combine(slip.Scratch, "big");
        File.WriteAllBytes(big, System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20));
        string[] command = Prepare(slip, what, big);
        string before = StoreCheck.Inventory(slip);
        disk.Fill();

        Slip.Result refused = slip.Run(command);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(what == "build-run" ? "No space left on device" : what == "cp" ? "kept free" : Full, refused.Output + refused.Errors, StringComparison.Ordinal);
        if (what != "build-run")
            Assert.Contains($"'slip system df' shows what the store at '{slip.DataRoot}' holds", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(before, StoreCheck.Inventory(slip));
        StoreCheck.NothingInTheMaking(slip, what);

        File.Delete(disk.Filler);
        slip.Ok(command);
        StoreCheck.BlobsAreWhole(slip);
    }

    [Fact]
    public void ReadOnlyDataRoot_ListsAndSaysWhyTheRestFails()
    {
        using Slip slip = OnSmallDisk(out SmallDisk disk);
        using SmallDisk _ = disk;
        disk.Remount("ro");
        Assert.Contains("busybox", slip.Ok("images"), StringComparison.Ordinal);
        slip.Ok("ps", "-a");
        foreach (string[] command in (string[][])[["import", BusyboxTar.Path, "other"], ["rmi", "busybox"], ["volume", "create", "hold"]])
        {
            Slip.Result refused = slip.Run(command);
            Assert.Equal(1, refused.ExitCode);
            Assert.Matches("EROFS|readonly", refused.Errors);
            Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
        }
        Slip.Result run = slip.Run("run", "busybox", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains(slip.DataRoot, run.Errors, StringComparison.Ordinal);
        disk.Remount("rw");
        Assert.Equal("hello", slip.Ok("run", "--rm", "busybox", "echo", "hello"));
    }

    [Fact]
    public void DataRootThatOverlayCannotWriteOn_IsNamed()
    {
        Needs.Containers();
        using var slip = new Slip();
        string lower = Directory.CreateDirectory(Path.Combine(slip.Scratch, "lower")).FullName;
        string upper = Directory.CreateDirectory(Path.Combine(slip.Scratch, "upper")).FullName;
        string work = Directory.CreateDirectory(Path.Combine(slip.Scratch, "work")).FullName;
        using var disk = new SmallDisk(slip, "overlay", $"lowerdir={lower},upperdir={upper},workdir={work}");
        slip.Ok("import", BusyboxTar.Path, "busybox");
        Slip.Result run = slip.Run("run", "--rm", "busybox", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains($"overlayfs can't write on the file system of '{slip.DataRoot}'", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--data-root", run.Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    private static Slip OnSmallDisk(out SmallDisk disk)
    {
        Needs.Containers();
        var slip = new Slip();
        disk = new SmallDisk(slip, "tmpfs", "size=32m,mode=0700");
        slip.Ok("import", BusyboxTar.Path, "busybox");
        return slip;
    }

    private static string[] Prepare(Slip slip, string what, string big)
    {
        string context = Path.Combine(slip.Scratch, "context");
        switch (what)
        {
            case "import":
                string tar = Path.Combine(slip.Scratch, "big.tar");
                using (var writer = new System.Formats.Tar.TarWriter(File.Create(tar)))
                    writer.WriteEntry(big, "big");
                return ["import", tar, "imported"];
            case "load":
                string archive = Path.Combine(slip.Scratch, "image.tar");
                slip.Ok("save", "-o", archive, "busybox");
                slip.Ok("rmi", "busybox");
                return ["load", "-i", archive];
            case "build-copy":
                slip.Write("context/Dockerfile", "FROM busybox\nCOPY big /big\n");
                File.Copy(big, Path.Combine(context, "big"));
                return ["build", "-t", "built", context];
            case "build-run":
                slip.Write("context/Dockerfile", "FROM busybox\nRUN dd if=/dev/zero of=/big bs=65536 count=64\n");
                return ["build", "-t", "built", context];
            case "commit":
                slip.Run("run", "--name", "ship", "busybox", "dd", "if=/dev/urandom", "of=/cargo", "bs=65536", "count=32");
                return ["commit", "ship", "committed"];
            default:
                slip.Ok("create", "--name", "ship", "busybox", "true");
                return ["cp", big, "ship:/big"];
        }
    }
}

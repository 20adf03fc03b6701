using System.Text.Json;
using Slipway.Integration.Tests.Faults;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Plans of a prune, and docker's own prunes: what goes is what was shown and nobody uses.</summary>
public sealed class PruneTests
{
    [Fact]
    public void Plan_ShowsWhatWouldGo_AndRemovesNothing()
    {
        using Slip slip = WithSomethingOfEverything();
        string before = Everything(slip);

        string plan = slip.Ok("prune", "-a", "--volumes");

        Assert.Equal(before, Everything(slip));
        Assert.Contains("it has ended, exit code 3", Line(plan, "container   ended"), StringComparison.Ordinal);
        Assert.Contains("it was never started", Line(plan, "container   fresh"), StringComparison.Ordinal);
        Assert.Contains("dangling: no tag points at it", plan, StringComparison.Ordinal);
        Assert.Contains("no container uses it", Line(plan, "image       unused:latest"), StringComparison.Ordinal);
        Assert.Contains("no container uses it", Line(plan, "volume      idle"), StringComparison.Ordinal);
        Assert.DoesNotContain("running", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("busybox", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("held", plan, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  slip prune --apply [0-9a-f]{6}$", plan);
    }

    [Fact]
    public void Plan_WithoutAllAndVolumes_LeavesNamedImagesAndVolumes()
    {
        using Slip slip = WithSomethingOfEverything();
        string[] kinds = [.. Objects(slip.Ok("prune", "--json")).Select(o => $"{o.Kind} {(o.Kind == "Container" ? o.Name : "")}")];
        Assert.Equal(["Container fresh", "Container ended", "Image "], kinds);
        Assert.Equal(["anonymous, and no container uses it"], Objects(slip.Ok("prune", "--json", "--volumes")).Where(o => o.Kind == "Volume").Select(o => o.Reason));
    }

    [Fact]
    public void Apply_RemovesWhatWasShown_AndOnce()
    {
        using Slip slip = WithSomethingOfEverything();
        string id = PlanOf(slip, "-a", "--volumes", "--purge");
        // Not shown: it stays.
        slip.Ok("create", "--name", "later", "busybox", "true");
        slip.Ok("volume", "create", "later");

        string done = slip.Ok("prune", "--apply", id);

        Assert.Contains("removed: container ended", done, StringComparison.Ordinal);
        Assert.DoesNotContain("left:", done, StringComparison.Ordinal);
        Assert.Equal("later\nrunning", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        Assert.Equal("busybox", slip.Ok("images", "--format", "{{.Repository}}"));
        Assert.Equal("held\nlater", slip.Ok("volume", "ls", "-q"));
        Slip.Result again = slip.Run("prune", "--apply", id);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("no such plan", again.Errors, StringComparison.Ordinal);
        slip.Ok("system", "check");
        StoreCheck.NothingInTheMaking(slip, "prune --apply");
    }

    [Fact]
    public void Apply_WhatCameIntoUseSince_StaysAndSaysWhy()
    {
        using Slip slip = WithSomethingOfEverything();
        slip.Ok("tag", "unused", "other");
        string id = PlanOf(slip, "-a", "--volumes");
        slip.Ok("run", "-d", "--name", "user", "-v", "idle:/idle", "unused", "sleep", "1000");
        // In use for a moment only.
        slip.Ok("start", "-a", "fresh");
        slip.Ok("rm", "ended");

        string done = slip.Ok("prune", "--apply", id);

        Assert.Contains("left: container fresh: it was used since the plan was made", done, StringComparison.Ordinal);
        Assert.Contains("left: container ended: it is gone already", done, StringComparison.Ordinal);
        Assert.Contains("left: image other:latest, unused:latest: container user stands on it", done, StringComparison.Ordinal);
        Assert.Contains("left: volume idle: a container uses it", done, StringComparison.Ordinal);
        Assert.Equal("true", slip.Ok("inspect", "-f", "{{.State.Running}}", "user"));
    }

    [Fact]
    public void Apply_DanglingImageThatWasNamedSince_Stays()
    {
        using Slip slip = WithSomethingOfEverything();
        string id = PlanOf(slip);
        slip.Ok("tag", slip.Ok("images", "-q", "-f", "dangling=true"), "wanted");
        Assert.Contains("it was used since the plan was made", slip.Ok("prune", "--apply", id), StringComparison.Ordinal);
        Assert.Contains("wanted", slip.Ok("images"), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ContainerThatWasStartedSince_RunsOnWithItsImage()
    {
        using Slip slip = WithSomethingOfEverything();
        slip.Ok("create", "--name", "only", "unused", "sleep", "1000");
        string id = PlanOf(slip, "-a", "--purge");
        slip.Ok("start", "only");

        string done = slip.Ok("prune", "--apply", id, "--json");

        using var json = JsonDocument.Parse(done);
        Assert.Equal(["it runs", "container only stands on it"], json.RootElement.GetProperty("left").EnumerateArray().Select(o => o.GetProperty("why").GetString()));
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "only"));
    }

    [Fact]
    public void Bytes_AreWhatTheDiskSays()
    {
        Needs.Containers();
        using var slip = new Slip();
        using var disk = new SmallDisk(slip, "ext4", "256M");
        slip.Ok("import", BusyboxTar.Path, "busybox");
        slip.Write("Dockerfile", "FROM busybox\nRUN dd if=/dev/urandom of=/shared bs=65536 count=100\n");
        slip.Ok("build", "-q", "-t", "base", slip.Scratch);
        for (int i = 0; i < 3; i++)
        {
            slip.Write("Dockerfile", $"FROM base\nRUN dd if=/dev/urandom of=/own bs=65536 count=4{i} && for n in $(seq 200); do echo $n > /small$n; done\n");
            slip.Ok("build", "-q", "-t", $"app{i}", slip.Scratch);
        }
        slip.Ok("rmi", "base");
        slip.Run("run", "--name", "wrote", "-v", "/anonymous", "busybox", "sh", "-c", "dd if=/dev/urandom of=/big bs=65536 count=50; dd if=/dev/urandom of=/anonymous/big bs=65536 count=30; yes | head -c 100000");
        string json = slip.Ok("prune", "-a", "--volumes", "--purge", "--json");
        using var plan = JsonDocument.Parse(json);
        long planned = plan.RootElement.GetProperty("bytes").GetInt64();
        Assert.Equal(planned, Objects(json).Sum(o => o.Bytes));
        disk.Sync();
        long before = disk.UsedBytes;

        slip.Ok("prune", "--apply", plan.RootElement.GetProperty("plan").GetString()!);

        StoreCheck.NothingInTheMaking(slip, "prune");
        disk.Sync();
        Assert.InRange(before - disk.UsedBytes, planned * 0.99, planned * 1.01);
    }

    [Fact]
    public void LastUse_IsTheStartThatWasTheLast()
    {
        using Slip slip = WithSomethingOfEverything();
        DateTimeOffset before = LastUse(slip, "unused:latest"), volume = LastUse(slip, "idle");
        slip.Ok("run", "--rm", "-v", "idle:/idle", "unused", "true");
        Assert.True(LastUse(slip, "unused:latest") > before);
        Assert.True(LastUse(slip, "idle") > volume);
        before = LastUse(slip, "unused:latest");
        slip.Write("Dockerfile", "FROM unused\nCMD [\"true\"]\n");
        slip.Ok("build", "-q", "-t", "child", slip.Scratch);
        Assert.True(LastUse(slip, "unused:latest") > before);
    }

    [Fact]
    public void Until_AnImageThatWasJustBuilt_IsNotAsOldAsItSays()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("Dockerfile", "FROM busybox\nLABEL stage=test\n");
        slip.Ok("build", "-q", "-t", "fresh", "--build-arg", "SOURCE_DATE_EPOCH=1700000000", slip.Scratch);
        Assert.StartsWith("2023-11-14T", slip.Ok("inspect", "-f", "{{.Created}}", "fresh"), StringComparison.Ordinal);
        slip.Ok("image", "prune", "-a", "-f", "--filter", "until=1h");
        Assert.Contains("fresh", slip.Ok("images"), StringComparison.Ordinal);
        slip.Ok("image", "prune", "-a", "-f", "--filter", "until=0s");
        Assert.DoesNotContain("fresh", slip.Ok("images"), StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_TakeWhatIsOldAndHasTheLabels()
    {
        using Slip slip = WithSomethingOfEverything();
        slip.Ok("create", "--name", "labelled", "--label", "keep=no", "busybox", "true");
        Assert.Equal(["labelled"], Objects(slip.Ok("prune", "--json", "--filter", "label=keep=no")).Select(o => o.Name));
        Assert.DoesNotContain("labelled", Objects(slip.Ok("prune", "--json", "--filter", "label!=keep")).Select(o => o.Name));
        Assert.Contains("nothing to prune", slip.Ok("prune", "--filter", "until=24h"), StringComparison.Ordinal);
        Assert.Contains("invalid filter 'nope'", slip.Run("prune", "--filter", "nope=1").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ContainerPrune_IsDockers()
    {
        using Slip slip = WithSomethingOfEverything();
        string fresh = slip.Ok("inspect", "-f", "{{.Id}}", "fresh"), ended = slip.Ok("inspect", "-f", "{{.Id}}", "ended");

        Assert.Equal("WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ", slip.RunWithInput("n\n"u8.ToArray(), "container", "prune").Output);
        Assert.Equal(3, slip.Ok("ps", "-aq").Split('\n').Length);
        Slip.Result done = slip.RunWithInput("y\n"u8.ToArray(), "container", "prune");
        Assert.StartsWith($"WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] Deleted Containers:\n{fresh}\n{ended}\n\nTotal reclaimed space: ", done.Output, StringComparison.Ordinal);
        Assert.Equal("running", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        Assert.Equal("Total reclaimed space: 0B", slip.Ok("container", "prune", "-f"));
    }

    [Fact]
    public void ImagePrune_IsDockers()
    {
        using Slip slip = WithSomethingOfEverything();
        string dangling = slip.Ok("images", "-q", "--no-trunc", "-f", "dangling=true"), unused = slip.Ok("image", "inspect", "-f", "{{.Id}}", "unused");
        Assert.StartsWith("WARNING! This will remove all dangling images.\n", slip.RunWithInput([], "image", "prune").Output, StringComparison.Ordinal);
        Assert.StartsWith("WARNING! This will remove all images without at least one container associated to them.\n", slip.RunWithInput([], "image", "prune", "-a").Output, StringComparison.Ordinal);

        string[] lines = slip.Ok("image", "prune", "-f").Split('\n');
        Assert.Equal(["Deleted Images:", $"deleted: {dangling}"], lines[..2]);
        Assert.StartsWith("deleted: sha256:", lines[2], StringComparison.Ordinal);
        Assert.Equal("", lines[^2]);
        Assert.Matches("^Total reclaimed space: [0-9.]+kB$", lines[^1]);
        Assert.StartsWith($"Deleted Images:\nuntagged: unused:latest\ndeleted: {unused}\n", slip.Ok("image", "prune", "-af"), StringComparison.Ordinal);
        Assert.Equal("busybox", slip.Ok("images", "--format", "{{.Repository}}"));
    }

    [Fact]
    public void VolumePrune_TakesAnonymousOnes_AndWithAllNamedOnes()
    {
        using Slip slip = WithSomethingOfEverything();
        Assert.StartsWith("WARNING! This will remove anonymous local volumes not used by at least one container.\n", slip.RunWithInput([], "volume", "prune").Output, StringComparison.Ordinal);
        Assert.StartsWith("WARNING! This will remove all local volumes not used by at least one container.\n", slip.RunWithInput([], "volume", "prune", "-a").Output, StringComparison.Ordinal);
        Assert.Matches("^Deleted Volumes:\n[0-9a-f]{64}\n\nTotal", slip.Ok("volume", "prune", "-f"));
        Assert.Equal("held\nidle", slip.Ok("volume", "ls", "-q"));
        Assert.StartsWith("Deleted Volumes:\nidle\n\nTotal", slip.Ok("volume", "prune", "-af"), StringComparison.Ordinal);
        Assert.Equal("held", slip.Ok("volume", "ls", "-q"));
        Assert.Contains("invalid filter 'until'", slip.Run("volume", "prune", "--filter", "until=1h").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void SystemPrune_IsDockers()
    {
        using Slip slip = WithSomethingOfEverything();
        Assert.Equal(
            """
            WARNING! This will remove:
              - all stopped containers
              - all networks not used by at least one container
              - all anonymous volumes not used by at least one container
              - all images without at least one container associated to them
              - all build cache

              Items to be pruned will be filtered with:
              - label=x

            Are you sure you want to continue? [y/N] 
            """, slip.RunWithInput("n\n"u8.ToArray(), "system", "prune", "-a", "--volumes", "--filter", "label=x").Output);
        Assert.Contains("is not supported with \"--volumes\"", slip.Run("system", "prune", "-f", "--volumes", "--filter", "until=1h").Errors, StringComparison.Ordinal);

        string done = slip.Ok("system", "prune", "-af", "--volumes");

        Assert.Matches("(?s)^Deleted Containers:\n.*\nDeleted Volumes:\n.*\nDeleted Images:\n.*\nTotal reclaimed space: ", done);
        Assert.Equal("running", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        Assert.Equal("held\nidle", slip.Ok("volume", "ls", "-q"));
        Assert.Equal("still", slip.Ok("exec", "running", "echo", "still"));
        slip.Ok("system", "check");
    }

    [Fact]
    public void BuildCache_ThatNoImageHas_IsShownAndTaken()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("Dockerfile", "FROM busybox\nRUN dd if=/dev/urandom of=/made bs=65536 count=20\nRUN echo > /second\n");
        slip.Ok("build", "-t", "app", slip.Scratch);
        slip.Ok("tag", "busybox", "stays");
        slip.Ok("rmi", "app");
        string json = slip.Ok("prune", "--json");
        (_, string name, string reason, long bytes, _) = Objects(json).Single(o => o.Name.Contains("dd if=", StringComparison.Ordinal));
        Assert.Equal("RUN dd if=/dev/urandom of=/made bs=65536 count=20", name);
        Assert.Equal("build cache: no image has it", reason);
        Assert.InRange(bytes, 65536 * 20, 65536 * 23);
        Assert.DoesNotContain("left:", slip.Ok("prune", "--apply", JsonDocument.Parse(json).RootElement.GetProperty("plan").GetString()!), StringComparison.Ordinal);
        Assert.Contains("nothing to prune", slip.Ok("prune"), StringComparison.Ordinal);
        Assert.Equal("hello", slip.Ok("run", "--rm", "stays", "echo", "hello"));
        slip.Ok("system", "check");
    }

    [Fact]
    public void BuildCache_OfAnImage_GoesOnlyWithAll_AndTheImageWorksOn()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("Dockerfile", "FROM busybox\nRUN echo made > /made\n");
        slip.Ok("build", "-t", "app", slip.Scratch);
        Assert.Equal("Total reclaimed space: 0B", slip.Ok("builder", "prune", "-f"));
        Assert.Contains("CACHED", slip.Run("build", "-t", "app", slip.Scratch).Errors, StringComparison.Ordinal);
        Assert.EndsWith("Total reclaimed space: 0B", slip.Ok("builder", "prune", "-af"), StringComparison.Ordinal);
        Assert.DoesNotContain("CACHED", slip.Run("build", "-t", "app", slip.Scratch).Errors, StringComparison.Ordinal);
        Assert.Equal("made", slip.Ok("run", "--rm", "app", "cat", "/made"));
    }

    [Fact]
    public void PackedCopies_OnlyWhereAsked_AreDroppedAndMadeAgain()
    {
        using Slip slip = Slip.WithBusybox();
        string archive = Path.Combine(slip.Scratch, "before.tar"), after = Path.Combine(slip.Scratch, "after.tar");
        slip.Ok("save", "-o", archive, "busybox");
        Assert.Contains("nothing to prune", slip.Ok("prune"), StringComparison.Ordinal);
        string json = slip.Ok("prune", "--packed", "--json");
        (string kind, _, _, long bytes, _) = Objects(json).Single();
        Assert.Equal("PackedCopy", kind);
        Assert.InRange(bytes, 1_000_000, new FileInfo(archive).Length);
        Assert.Matches("removed: packed copy .*, [0-9.]+MB\n1 object removed, 0 left", slip.Ok("prune", "--apply", slip.Ok("prune", "--packed").Split(' ')[^1]));
        slip.Ok("system", "check");
        slip.Ok("save", "-o", after, "busybox");
        Assert.Equal(File.ReadAllBytes(archive), File.ReadAllBytes(after));
    }

    // A running container with a volume, one that ended, one that never ran, a dangling and an unused image, an idle and an anonymous volume.
    private static Slip WithSomethingOfEverything()
    {
        Slip slip = Slip.WithBusybox();
        slip.Commit("unused", "echo old > /file");
        slip.Commit("unused", "echo new > /file");
        slip.Ok("run", "-d", "--name", "running", "-v", "held:/held", "busybox", "sleep", "1000");
        slip.Run("run", "--name", "ended", "busybox", "sh", "-c", "echo written > /file; exit 3");
        slip.Ok("create", "--name", "fresh", "busybox", "true");
        slip.Ok("volume", "create", "idle");
        slip.Ok("create", "--name", "gone", "-v", "/anonymous", "busybox", "true");
        slip.Ok("rm", "gone");
        return slip;
    }

    private static string Everything(Slip slip) => $"{slip.Ok("ps", "-aq")}\n{slip.Ok("images", "--format", "{{.ID}} {{.Repository}}")}\n{slip.Ok("volume", "ls")}";

    private static string PlanOf(Slip slip, params string[] options) => slip.Ok(["prune", .. options]).Split(' ')[^1];

    private static string Line(string text, string start) => text.Split('\n').Single(l => l.StartsWith(start, StringComparison.Ordinal));

    private static DateTimeOffset LastUse(Slip slip, string name) => Objects(slip.Ok("prune", "-a", "--volumes", "--json")).Single(o => o.Name == name).LastUse;

    private static List<(string Kind, string Name, string Reason, long Bytes, DateTimeOffset LastUse)> Objects(string plan)
    {
        using var json = JsonDocument.Parse(plan);
        return [.. json.RootElement.GetProperty("objects").EnumerateArray().Select(o => (
            o.GetProperty("kind").GetString()!, o.GetProperty("name").GetString()!, o.GetProperty("reason").GetString()!, o.GetProperty("bytes").GetInt64(), o.GetProperty("lastUse") is { ValueKind: JsonValueKind.String } use ? use.GetDateTimeOffset() : default))];
    }
}

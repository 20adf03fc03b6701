using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Faults;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>What was removed comes back as it was, and goes for good when it is time; what is protected is not removed at all.</summary>
public sealed class TrashTests
{
    private const string WritesAllSorts =
        """
        set -e
        echo data > /data.txt; chmod 640 /data.txt; chown 12:34 /data.txt; touch -d 200102030405.06 /data.txt
        ln /data.txt /same; ln -s /data.txt /link; mkfifo /pipe
        rm /etc/passwd
        rm -rf /etc/network; mkdir /etc/network; echo new > /etc/network/only
        chmod 700 /root
        dd if=/dev/zero of=/sparse bs=1 count=1 seek=5000000
        mkdir -p /deep/er; chmod 2770 /deep/er
        echo printed
        """;

    [Fact]
    public void RmThenUndo_SameIdInspectLogAndLayer_BitForBit()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "--hostname", "h", "-e", "A=b", "--label", "l=m", "-v", "named:/named", "-v", "/anonymous", "busybox", "sh", "-c", WritesAllSorts + "\necho kept > /named/file; echo kept > /anonymous/file");
        string before = Inspect(slip, "db"), layer = Layer(slip, "db"), log = slip.Ok("logs", "db"), started = slip.Ok("inspect", "-f", "{{.State.StartedAt}} {{.State.FinishedAt}}", "db");

        slip.Ok("rm", "-v", "db");
        Assert.Equal("", slip.Ok("ps", "-aq"));
        Assert.Equal("named", slip.Ok("volume", "ls", "-q"));
        Assert.Equal("db", slip.Ok("undo", "db"));

        Assert.Equal(before, Inspect(slip, "db"));
        Assert.Equal(layer, Layer(slip, "db"));
        Assert.Equal(log, slip.Ok("logs", "db"));
        Assert.Equal(started, slip.Ok("inspect", "-f", "{{.State.StartedAt}} {{.State.FinishedAt}}", "db"));
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
        Assert.Contains("what is in volumes is not in the image: /named, /anonymous", slip.Run("commit", "db", "back").Errors, StringComparison.Ordinal);
        Assert.Equal("kept", slip.Ok("run", "--rm", "--volumes-from", "db", "busybox", "cat", "/anonymous/file"));
        Assert.Equal("data", slip.Ok("run", "--rm", "back", "cat", "/link"));
    }

    [Fact]
    public void Undo_OfARunningOneThatWasForced_StartsAgainWithWhatItHad()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "db", "busybox", "sh", "-c", "test -e /count || echo 0 > /count; echo $(( $(cat /count) + 1 )) > /count; sleep 1000");
        slip.Ok("exec", "db", "sh", "-c", "until [ \"$(cat /count)\" = 1 ]; do :; done");
        slip.Ok("rm", "-f", "db");
        slip.Ok("undo", "db");
        Assert.Equal("exited 137", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "db"));
        slip.Ok("start", "db");
        Assert.Equal("2", slip.Ok("exec", "db", "sh", "-c", "while [ $(cat /count) = 1 ]; do :; done; cat /count"));
    }

    [Fact]
    public void Undo_NameIsTaken_SaysHow_AndAnotherNameDoes()
    {
        using Slip slip = Slip.WithBusybox();
        string first = slip.Ok("create", "--name", "db", "busybox", "echo", "first");
        slip.Ok("rm", "db");
        slip.Ok("create", "--name", "db", "busybox", "echo", "second");
        Slip.Result refused = slip.Run("undo", "db");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"slip undo {first[..12]} --name", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("old", slip.Ok("undo", first[..12], "--name", "old"));
        Assert.Equal("first", slip.Ok("start", "-a", "old"));
        Assert.Equal("second", slip.Ok("start", "-a", "db"));
        Assert.Contains("'slip undo' lists what is", slip.Run("undo", "db").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_OfSeveralWithOneName_BringsTheLastBack()
    {
        using Slip slip = Slip.WithBusybox();
        foreach (string word in (string[])["one", "two"])
        {
            slip.Ok("create", "--name", "db", "busybox", "echo", word);
            slip.Ok("rm", "db");
        }
        slip.Ok("undo", "db");
        Assert.Equal("two", slip.Ok("start", "-a", "db"));
    }

    [Fact]
    public void Purge_LeavesNothing()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "secret", "-v", "/v", "busybox", "sh", "-c", "echo secret > /secret; echo secret > /v/secret; echo secret");
        slip.Ok("rm", "-v", "--purge", "secret");
        Assert.Equal("the trash is empty: nothing can be brought back", slip.Ok("undo"));
        foreach (string place in (string[])["containers", "work", "logs", "exits", "trash", "removing", "volumes"])
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, place)));
        Assert.Equal(1, slip.Run("undo", "secret").ExitCode);
    }

    [Fact]
    public void RmOption_ThatEndedWell_IsNotKept_AndThatFailedIs()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--rm", "busybox", "true");
        Assert.Equal(4, slip.Run("run", "--rm", "--name", "failed", "busybox", "sh", "-c", "echo why > /reason; exit 4").ExitCode);
        Assert.Equal(127, slip.Run("run", "--rm", "--name", "unstarted", "busybox", "no-such-program").ExitCode);
        Assert.Equal("unstarted\nfailed", slip.Ok("trash", "ls", "--format", "{{.Name}}"));
        slip.Ok("undo", "failed");
        Assert.Contains("A /reason", slip.Ok("diff", "failed"), StringComparison.Ordinal);
    }

    [Fact]
    public void Volume_ComesBackWithLabelsAndContent()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("volume", "create", "--label", "a=b", "appdata");
        slip.Ok("run", "--rm", "-v", "appdata:/d", "busybox", "sh", "-c", "echo kept > /d/file; chown 5:6 /d");
        string before = slip.Ok("volume", "inspect", "appdata");
        slip.Ok("volume", "rm", "appdata");
        Assert.False(Directory.Exists(Path.Combine(slip.DataRoot, "volumes", "appdata")));
        slip.Ok("undo", "appdata");
        Assert.Equal(before, slip.Ok("volume", "inspect", "appdata"));
        Assert.Equal("kept\n5 6", slip.Ok("run", "--rm", "-v", "appdata:/d", "busybox", "sh", "-c", "cat /d/file; stat -c '%u %g' /d"));
    }

    [Fact]
    public void Undo_VolumeOfItIsInTheTrashToo_ComesBack_AndOneThatIsGoneIsSaid()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "-v", "one:/one", "-v", "two:/two", "busybox", "sh", "-c", "echo kept > /one/file");
        slip.Ok("rm", "db");
        slip.Ok("volume", "rm", "one");
        slip.Ok("volume", "rm", "--purge", "two");
        Slip.Result done = slip.Run("undo", "db");
        Assert.Equal(0, done.ExitCode);
        Assert.Contains("the volume one was in the trash too, and is back", done.Errors, StringComparison.Ordinal);
        Assert.Contains("the volume two is gone, and a new one is empty", done.Errors, StringComparison.Ordinal);
        Assert.Equal("kept", slip.Ok("run", "--rm", "--volumes-from", "db", "busybox", "cat", "/one/file"));
        Assert.Contains("volume is in use", slip.Run("volume", "rm", "one").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_ItsImageWasRemovedMeanwhile_StillStarts_AndTheLayersGoWithTheTrash()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "db", "busybox", "echo", "still");
        slip.Ok("rm", "db");
        slip.Ok("rmi", "busybox");
        Assert.Equal("", slip.Ok("images", "-q"));
        slip.Ok("undo", "db");
        Assert.Equal("still", slip.Ok("start", "-a", "db"));
        slip.Ok("rm", "db");
        slip.Ok("trash", "rm", "db");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "layers")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "content/blobs/sha256")));
    }

    [Fact]
    public void Prunes_GoToTheTrash_AndPlansSayWhatThatFrees()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "old", "busybox", "sh", "-c", "echo written > /file");
        string plan = slip.Ok("prune");
        Assert.Matches(@"container +old +\([0-9.]+kB\)", plan);
        Assert.Contains("0B. Nothing is removed yet", plan, StringComparison.Ordinal);
        slip.Ok("prune", "--apply", plan.Split(' ')[^1]);
        slip.Ok("undo", "old");
        slip.Ok("container", "prune", "-f");
        Assert.DoesNotContain("old", slip.Ok("prune"), StringComparison.Ordinal);
        string emptying = slip.Ok("prune", "--trash");
        Assert.Matches("trash +old +[0-9.]+kB", emptying);
        slip.Ok("prune", "--apply", emptying.Split(' ')[^1]);
        Assert.Equal("the trash is empty: nothing can be brought back", slip.Ok("undo"));
        StoreCheck.NothingInTheMaking(slip, "prune --trash");
    }

    [Fact]
    public void Protected_RefusesEveryRemovalAndPrune_UntilUnprotected()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("tag", "busybox", "pet");
        slip.Commit("pet", "echo > /file");
        slip.Ok("create", "--name", "keep", "-v", "data:/data", "-v", "/anonymous", "busybox", "true");
        slip.Ok("volume", "create", "idle");
        string anonymous = slip.Ok("inspect", "-f", "{{range .Mounts}}{{if ne .Name \"data\"}}{{.Name}}{{end}}{{end}}", "keep");
        slip.Ok("protect", "keep", "idle", "pet", anonymous);
        Assert.Matches("container +keep", slip.Ok("protect"));

        foreach (string[] removal in (string[][])[["rm", "keep"], ["rm", "-f", "--purge", "keep"], ["volume", "rm", "idle"], ["rmi", "pet"], ["rmi", "-f", "pet"]])
        {
            Slip.Result refused = slip.Run(removal);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("it is protected", refused.Errors, StringComparison.Ordinal);
            Assert.Contains($"'slip unprotect {removal[^1]}'", refused.Errors, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("keep", slip.Ok("prune", "-a", "--volumes"), StringComparison.Ordinal);
        slip.Ok("system", "prune", "-af", "--volumes");
        slip.Ok("volume", "prune", "-af");
        Assert.Equal("keep", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        Assert.Equal("pet", slip.Ok("images", "--format", "{{.Repository}}", "pet"));

        slip.Ok("unprotect", "keep");
        slip.Ok("rm", "-v", "keep");
        Assert.Contains(anonymous, slip.Ok("volume", "ls", "-q"), StringComparison.Ordinal);
        slip.Ok("unprotect", "idle", "pet", anonymous);
        slip.Ok("volume", "rm", "idle", anonymous);
        slip.Ok("rmi", "pet");
        Assert.Contains("is not protected", slip.Run("unprotect", "busybox").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Age_WhatIsTooOldGoes_AndWithoutAnAgeNothingIsKept()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Environment["SLIPWAY_TRASH_AGE"] = "1s";
        slip.Ok("create", "--name", "old", "busybox", "true");
        slip.Ok("rm", "old");
        Thread.Sleep(1100);
        slip.Environment["SLIPWAY_TRASH_AGE"] = "7d";
        slip.Ok("create", "--name", "young", "busybox", "true");
        slip.Ok("rm", "young");
        slip.Ok("system", "tidy-trash");
        Assert.Equal("young", slip.Ok("trash", "ls", "--format", "{{.Name}}"));
        slip.Environment["SLIPWAY_TRASH_AGE"] = "0";
        slip.Ok("create", "--name", "none", "busybox", "true");
        slip.Ok("rm", "none");
        Assert.Equal("young", slip.Ok("trash", "ls", "--format", "{{.Name}}"));
        slip.Environment["SLIPWAY_TRASH_AGE"] = "soon";
        Assert.Contains("\"soon\" is not an age", slip.Run("ps").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Quota_TheOldestGo()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Environment["SLIPWAY_TRASH_SIZE"] = "3m";
        for (int i = 0; i < 3; i++)
        {
            slip.Ok("run", "--name", $"c{i}", "busybox", "dd", "if=/dev/zero", "of=/big", "bs=65536", "count=20");
            slip.Ok("rm", $"c{i}");
        }
        slip.Ok("system", "tidy-trash");
        Assert.Equal("c2\nc1", slip.Ok("trash", "ls", "--format", "{{.Name}}"));
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "containers")).Length);
    }

    [Fact]
    public void RmAndUndo_KilledAtAnyMoment_TheContainerIsWholeInOnePlaceOrTheOther()
    {
        const int Rounds = 24;
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "ship", "-v", "/anonymous", "busybox", "sh", "-c", "for i in $(seq 300); do echo $i > /$i; echo $i > /anonymous/$i; done");
        string layer = Layer(slip, "ship");
        long clock = Stopwatch.GetTimestamp();
        slip.Ok("rm", "-v", "ship");
        TimeSpan whole = Stopwatch.GetElapsedTime(clock);
        slip.Ok("undo", "ship");
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string[] command in (string[][])[["rm", "-v", "ship"], ["undo", "ship"]])
            {
                using (Process process = slip.Start(command))
                {
                    process.WaitForExit(whole * 1.2 * round / Rounds);
                    process.Kill();
                    process.WaitForExit();
                }
                if (slip.Ok("ps", "-aq").Length == 0)
                    slip.Ok("undo", "ship");
                Assert.Equal(layer, Layer(slip, "ship"));
                Assert.Equal("300", slip.Ok("run", "--rm", "--volumes-from", "ship", "busybox", "cat", "/anonymous/300"));
                Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
                StoreCheck.NothingInTheMaking(slip, string.Create(CultureInfo.InvariantCulture, $"{command[0]}, round {round}"));
            }
        }
    }

    // As `rm` and `undo` must leave it: all that inspect says.
    private static string Inspect(Slip slip, string name) => JsonNode.Parse(slip.Ok("inspect", name))![0]!.ToJsonString();

    // But the count of a whiteout's names, of which the work directory has one. Every name with type, mode, owner, size, time, attributes, links, device and content.
    private static string Layer(Slip slip, string name)
    {
        string directory = Path.Combine(slip.DataRoot, "containers", slip.Ok("inspect", "-f", "{{.Id}}", name));
        return HostShell.Run($"cd '{directory}' && find . -printf '%p %y %m %U %G %s %T@ %l %b\\n' | sort && find . -type f -printf '%p %n\\n' | sort && find . -type f | sort | xargs -d '\\n' sha256sum && getfattr -dhR -m - . | sort");
    }
}

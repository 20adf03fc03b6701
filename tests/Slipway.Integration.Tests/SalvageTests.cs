using System.Diagnostics;
using Slipway.Integration.Tests.Faults;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Data that was written into a container is brought into a volume, exactly.</summary>
public sealed class SalvageTests
{
    private const string Writes =
        """
        mkdir -p /var/lib/app/sub /var/lib/app/empty && cd /var/lib/app && echo one > one && chmod 604 one && chown 7:8 one && touch -d 200102030405.06 one && ln one same && ln -s sub/two link &&
        echo two > sub/two && dd if=/dev/zero of=sparse bs=1 count=1 seek=3000000 2> /dev/null && mkfifo pipe && chmod 2750 sub && chown 1:2 /var/lib/app && chmod 1700 /var/lib/app
        """;

    [Theory]
    [InlineData("running")]
    [InlineData("stopped")]
    [InlineData("trashed")]
    public void Directory_OfAContainerInEachState_IsTheSameInTheVolume(string state)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "db", "busybox", "sh", "-c", Writes + " && touch /ready && sleep 1000");
        slip.Ok("exec", "db", "sh", "-c", "until test -e /ready; do :; done");
        string id = slip.Ok("inspect", "-f", "{{.Id}}", "db"), before = Tree(Path.Combine(slip.DataRoot, "containers", id, "var/lib/app"));
        if (state != "running")
            slip.Ok("stop", "-t", "0", "db");
        if (state == "trashed")
            slip.Ok("rm", "db");

        Slip.Result done = slip.Run("salvage", "db:/var/lib/app", "--to", "appdata");

        Assert.Equal(0, done.ExitCode);
        Assert.Contains("slip recreate db -v appdata:/var/lib/app", done.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Tree(Path.Combine(slip.DataRoot, "volumes", "appdata", "_data")));
        Assert.Equal(before, Tree(Path.Combine(slip.DataRoot, "containers", id, "var/lib/app")));
        Assert.Equal("one", slip.Ok("run", "--rm", "-v", "appdata:/d", "busybox", "cat", "/d/same"));
        Assert.Equal("0", HostShell.Run($"stat -c %b '{slip.DataRoot}/volumes/appdata/_data/sparse'"));
        Assert.Contains($"{id}:/var/lib/app", slip.Ok("volume", "inspect", "appdata"), StringComparison.Ordinal);
        StoreCheck.NothingInTheMaking(slip, "salvage");
    }

    [Fact]
    public void ImageAndLayer_AreMerged_AndWhatWasRemovedIsNotThere()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "busybox", "sh", "-c", "rm /etc/group; echo changed > /etc/passwd; echo new > /etc/new");
        slip.Ok("salvage", "db:/etc", "--to", "etc");
        string[] names = [.. Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "volumes/etc/_data")).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
        Assert.Contains("new", names);
        Assert.DoesNotContain("group", names);
        Assert.Equal("changed\n", File.ReadAllText(Path.Combine(slip.DataRoot, "volumes/etc/_data/passwd")));
    }

    [Fact]
    public void Refusals_LeaveNothing()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "busybox", "sh", "-c", "ln -s /../../../../etc /outside; echo > /file");
        slip.Ok("volume", "create", "taken");
        foreach ((string what, string to, string why) in ((string, string, string)[])[("db:/nope", "v1", "no directory /nope"), ("db:/file", "v1", "no directory /file"), ("nope:/etc", "v1", "No such container, nor in the trash"), ("db:etc", "v1", "with an absolute path"), ("db:/etc", "taken", "there is a volume of that name already"), ("db:/etc", "_a", "includes invalid characters"), ("db:/etc", "a", "too short")])
        {
            Slip.Result refused = slip.Run("salvage", what, "--to", to);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(why, refused.Errors, StringComparison.Ordinal);
        }
        // A link of the container leads to the container's files, not to the host's.
        slip.Ok("salvage", "db:/outside", "--to", "inside");
        Assert.True(File.Exists(Path.Combine(slip.DataRoot, "volumes/inside/_data/passwd")));
        Assert.False(Directory.Exists(Path.Combine(slip.DataRoot, "volumes/inside/_data/init.d")));
        Assert.Equal("inside\ntaken", slip.Ok("volume", "ls", "-q"));
        StoreCheck.NothingInTheMaking(slip, "salvage");
    }

    [Fact]
    public void KilledAtAnyMoment_TheVolumeIsWholeOrNotThere()
    {
        const int Rounds = 16;
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "busybox", "sh", "-c", "mkdir /d; for i in $(seq 400); do echo $i > /d/$i; done");
        long clock = Stopwatch.GetTimestamp();
        slip.Ok("salvage", "db:/d", "--to", "timed");
        TimeSpan whole = Stopwatch.GetElapsedTime(clock);
        for (int round = 0; round < Rounds; round++)
        {
            using (Process process = slip.Start("salvage", "db:/d", "--to", "out"))
            {
                process.WaitForExit(whole * 1.2 * round / Rounds);
                process.Kill();
                process.WaitForExit();
            }
            if (slip.Ok("volume", "ls", "-q").Contains("out", StringComparison.Ordinal))
            {
                Assert.Equal(400, Directory.GetFiles(Path.Combine(slip.DataRoot, "volumes/out/_data")).Length);
                slip.Ok("volume", "rm", "--purge", "out");
            }
            Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
            StoreCheck.NothingInTheMaking(slip, $"salvage, round {round}");
        }
    }

    private static string Tree(string directory) =>
        HostShell.Run($"cd '{directory}' && find . -printf '%p %y %m %U %G %s %T@ %n %l\\n' | sort && find . -type f | sort | xargs sha256sum");
}

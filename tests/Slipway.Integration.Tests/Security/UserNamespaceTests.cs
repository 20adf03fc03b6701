using Xunit;

namespace Slipway.Integration.Tests.Security;

/// <summary><c>--userns auto</c>, <c>--uidmap</c> and <c>--gidmap</c>: what the container sees, what the host sees, what is stored.</summary>
public sealed class UserNamespaceTests
{
    private static Slip WithMaps()
    {
        Slip slip = Slip.WithBusybox();
        Slip.Result tried = slip.Run("run", "--rm", "--network", "none", "--userns", "auto", "busybox", "true");
        if (tried.ExitCode != 0 && tried.Errors.Contains("--userns", StringComparison.Ordinal))
        {
            slip.Dispose();
            Assert.Skip($"needs id-mapped layers: {tried.Errors.Trim()}");
        }
        Assert.Equal("", tried.Errors);
        return slip;
    }

    private static long First(Slip slip, string name) => long.Parse(slip.Ok("inspect", "-f", "{{index .HostConfig.IDMappings.UidMap 0}}", name).Split(':')[1]);

    private static string OwnerOf(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u:%g", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    [Fact]
    public void Auto_ProcessAndFiles_AreRootInsideAndNobodysOutside()
    {
        using Slip slip = WithMaps();
        slip.Ok("run", "-d", "--name", "ship", "--userns", "auto", "busybox", "sh", "-c", "echo one > /f; chown 7:8 /f; mkdir /d; echo ready; exec sleep 1000");
        Waiting.Until(() => slip.Ok("logs", "ship") == "ready");
        long first = First(slip, "ship");
        Assert.Equal("0 0", slip.Ok("exec", "ship", "sh", "-c", "echo $(id -u) $(id -g)"));
        Assert.Equal("7 8", slip.Ok("exec", "ship", "stat", "-c", "%u %g", "/f"));
        string pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", "ship");
        Assert.Contains($"Uid:\t{first}\t{first}\t{first}\t{first}", File.ReadAllText($"/proc/{pid}/status"), StringComparison.Ordinal);
        Assert.Equal($"{first + 7}:{first + 8}", OwnerOf($"/proc/{pid}/root/f"));
        // What is stored has the container's ids.
        string layer = slip.Ok("inspect", "-f", "{{.GraphDriver.Data.UpperDir}}", "ship");
        Assert.Equal("7:8", OwnerOf(layer + "/f"));
        Assert.Equal("0:0", OwnerOf(layer + "/d"));
        Assert.Equal("A /d\nA /f", slip.Ok("diff", "ship"));
    }

    [Fact]
    public void Auto_RootInside_CantTouchWhatIsRootsOfTheHost()
    {
        using Slip slip = WithMaps();
        string secret = slip.Write("secret", "of the host");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        Slip.Result read = slip.Run("run", "--rm", "--userns", "auto", "-v", $"{secret}:/secret", "busybox", "cat", "/secret");
        Assert.Contains("Permission denied", read.Errors, StringComparison.Ordinal);
        Assert.Equal("of the host", slip.Ok("run", "--rm", "-v", $"{secret}:/secret", "busybox", "cat", "/secret"));
        Assert.Equal("65534", slip.Ok("run", "--rm", "--userns", "auto", "-v", $"{secret}:/secret", "busybox", "stat", "-c", "%u", "/secret"));
        Assert.Contains("Operation not permitted", slip.Run("run", "--rm", "--userns", "auto", "--cap-add", "ALL", "busybox", "busybox", "mknod", "/disk", "b", "8", "0").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_TwoContainers_HaveRangesOfTheirOwnForLife()
    {
        using Slip slip = WithMaps();
        foreach (string name in (string[])["ann", "bob"])
            slip.Ok("run", "-d", "--name", name, "--network", "none", "--userns", name == "ann" ? "auto" : "auto:size=1000", "busybox", "sleep", "1000");
        long ann = First(slip, "ann"), bob = First(slip, "bob");
        Assert.True(bob >= ann + 65536 || ann >= bob + 1000, $"{ann} and {bob} overlap");
        Assert.Equal("1000", slip.Ok("exec", "bob", "sh", "-c", "set -- $(cat /proc/self/uid_map); echo $3"));
        slip.Ok("restart", "-t", "0", "ann");
        Assert.Equal(ann.ToString(), slip.Ok("exec", "ann", "sh", "-c", "set -- $(cat /proc/self/uid_map); echo $2"));
        // In the trash it keeps it; when it is gone for good another may have it.
        slip.Ok("rm", "-f", "ann");
        slip.Ok("create", "--name", "cat", "--userns", "auto", "busybox", "true");
        Assert.NotEqual(ann, First(slip, "cat"));
        slip.Ok("undo", "ann");
        Assert.Equal(ann, First(slip, "ann"));
        slip.Ok("rm", "-f", "--purge", "ann");
        slip.Ok("create", "--name", "dan", "--userns", "auto", "busybox", "true");
        Assert.Equal(ann, First(slip, "dan"));
    }

    [Fact]
    public void Auto_CreatedAtOnce_NoTwoHaveOneRange()
    {
        using Slip slip = WithMaps();
        Parallel.For(0, 12, i => slip.Ok("create", "--name", $"many-{i}", "--userns", "auto", "busybox", "true"));
        Assert.Equal(12, Enumerable.Range(0, 12).Select(i => First(slip, $"many-{i}")).Distinct().Count());
    }

    [Fact]
    public void Auto_CopyCommitSalvage_KeepTheContainersIds()
    {
        using Slip slip = WithMaps();
        slip.Ok("run", "-d", "--name", "ship", "--userns", "auto", "busybox", "sh", "-c", "mkdir /d; echo one > /d/f; chown -R 7:8 /d; echo ready; exec sleep 1000");
        Waiting.Until(() => slip.Ok("logs", "ship") == "ready");
        string file = slip.Write("in", "in");
        slip.Ok("cp", file, "ship:/d/in");
        slip.Ok("cp", "-a", "ship:/d", Path.Combine(slip.Scratch, "out"));
        Assert.Equal("7:8", OwnerOf(Path.Combine(slip.Scratch, "out/f")));
        Assert.Equal("0:0", OwnerOf(Path.Combine(slip.Scratch, "out/in")));
        slip.Ok("cp", "-a", Path.Combine(slip.Scratch, "out"), "ship:/copy");
        Assert.Equal("7:8 0:0", slip.Ok("exec", "ship", "sh", "-c", "echo $(stat -c %u:%g /copy/f /copy/in)"));
        slip.Ok("salvage", "ship:/d", "--to", "saved");
        slip.Ok("commit", "ship", "kept");
        foreach (string userns in (string[])["host", "auto"])
        {
            Assert.Equal("7:8 0:0 7:8", slip.Ok("run", "--rm", "--userns", userns, "-v", "saved:/saved", "kept", "sh", "-c", "echo $(stat -c %u:%g /copy/f /copy/in /saved/f)"));
        }
        slip.Ok("rm", "-f", "ship");
        slip.Ok("undo", "ship");
        Assert.Equal("A /copy\nA /copy/f\nA /copy/in\nA /d\nA /d/f\nA /d/in", slip.Ok("diff", "ship"));
        slip.Ok("cp", file, "ship:/later");
        slip.Ok("start", "ship");
        Assert.Equal("0:0", slip.Ok("exec", "ship", "stat", "-c", "%u:%g", "/later"));
    }

    [Fact]
    public void Auto_Volumes_AreSharedByTheContainersIds()
    {
        using Slip slip = WithMaps();
        slip.Ok("run", "--rm", "--userns", "auto", "-v", "data:/data", "busybox", "sh", "-c", "mkdir /data/sub; echo one > /data/sub/f; chown 7:8 /data/sub/f");
        Assert.Equal("7:8", slip.Ok("run", "--rm", "-v", "data:/data", "busybox", "stat", "-c", "%u:%g", "/data/sub/f"));
        Assert.Equal("7:8", slip.Ok("run", "--rm", "--userns", "auto", "--mount", "type=volume,source=data,target=/data,volume-subpath=sub", "busybox", "stat", "-c", "%u:%g", "/data/f"));
        Assert.Equal("0:0", slip.Ok("run", "--rm", "--userns", "auto", "--mount", "type=image,source=busybox,target=/image", "busybox", "stat", "-c", "%u:%g", "/image/bin/busybox"));
        Assert.Equal("0:0", slip.Ok("run", "--rm", "--userns", "auto", "--tmpfs", "/mem", "busybox", "stat", "-c", "%u:%g", "/mem"));
    }

    [Fact]
    public void Auto_StreamsTerminalsAndNames_AreTheContainers()
    {
        using Slip slip = WithMaps();
        Assert.Equal("out", slip.Ok("run", "--rm", "--userns", "auto", "busybox", "sh", "-c", "echo out > /dev/stdout"));
        Assert.Equal("out", slip.Ok("run", "--rm", "--userns", "auto", "-u", "33:33", "--init", "--read-only", "busybox", "sh", "-c", "echo out > /dev/stdout"));
        slip.Ok("run", "-d", "-t", "--name", "ship", "--userns", "auto", "--health-cmd", "echo fine > /dev/stdout", "--health-interval", "100ms", "busybox", "sh", "-c", "stat -c %u:%g $(tty); exec sleep 1000");
        Waiting.Until(() => slip.Ok("logs", "ship").Trim() == "0:5");
        Waiting.Until(() => slip.Ok("inspect", "-f", "{{.State.Health.Status}}", "ship") == "healthy");
        Assert.Equal("0:5", slip.Ok("exec", "-t", "ship", "sh", "-c", "stat -c %u:%g $(tty); echo > /dev/tty").Trim());
        slip.Ok("exec", "ship", "sh", "-c", "echo 1.2.3.4 there >> /etc/hosts && grep -q there /etc/hosts");
        slip.Ok("kill", "ship");
        Assert.Equal("exited", slip.Ok("inspect", "-f", "{{.State.Status}}", "ship"));
    }

    [Fact]
    public void Maps_ThatAreWrittenOut_AreTheContainersAndAreToldAgain()
    {
        using Slip slip = WithMaps();
        string[] flags = ["--uidmap", "0:100000:1000", "--uidmap", "5000:200000:10", "--gidmap", "0:300000:2000"];
        slip.Ok(["run", "-d", "--name", "ship", .. flags, "busybox", "sleep", "1000"]);
        Assert.Equal("0 100000 1000 5000 200000 10 0 300000 2000", slip.Ok("exec", "ship", "sh", "-c", "echo $(cat /proc/self/uid_map /proc/self/gid_map)"));
        Assert.Contains("--uidmap 0:100000:1000 --uidmap 5000:200000:10 --gidmap 0:300000:2000", slip.Ok("command", "ship").Replace(" \\\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("docker maps the ids of all containers", slip.Ok("command", "--as", "docker", "ship"), StringComparison.Ordinal);
        // An id that it doesn't have.
        Assert.NotEqual(0, slip.Run("exec", "ship", "chown", "3000", "/etc").ExitCode);
        slip.Ok("exec", "ship", "chown", "5003", "/etc");
        slip.Ok("rm", "-f", "ship");
        slip.Ok("undo", "ship");
        Assert.Contains("it has ids of its own (--userns), which enter doesn't give", slip.Run("enter", "ship", "true").Errors, StringComparison.Ordinal);
    }
}

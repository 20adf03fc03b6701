using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary>Volumes and mounts, looked at from inside and on the host.</summary>
public sealed class MountFlagTests
{
    private static string OptionsOf(Slip slip, string target, params string[] flags) =>
        slip.Ok(["run", "--rm", .. flags, "busybox", "sh", "-c", $"grep ' {target} ' /proc/mounts"]);

    [Fact]
    public void Tmpfs_HasItsOptions()
    {
        using Slip slip = Slip.WithBusybox();
        string plain = OptionsOf(slip, "/scratch", "--tmpfs", "/scratch");
        Assert.Contains("nosuid,nodev,noexec", plain, StringComparison.Ordinal);
        string sized = OptionsOf(slip, "/scratch", "--tmpfs", "/scratch:size=64k,exec,mode=0700");
        Assert.Contains("size=64k,mode=700", sized, StringComparison.Ordinal);
        Assert.DoesNotContain("noexec", sized, StringComparison.Ordinal);
        Assert.Contains("size=1024k", OptionsOf(slip, "/scratch", "--mount", "type=tmpfs,dst=/scratch,tmpfs-size=1m,tmpfs-mode=1770"), StringComparison.Ordinal);
        Assert.Contains(" shared:", slip.Ok("run", "--rm", "--tmpfs", "/scratch:shared", "busybox", "grep", " /scratch ", "/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Contains("ro,", OptionsOf(slip, "/scratch", "--mount", "type=tmpfs,dst=/scratch,ro"), StringComparison.Ordinal);
        Assert.Equal("1777", slip.Ok("run", "--rm", "--read-only", "--tmpfs", "/tmp", "busybox", "sh", "-c", "touch /tmp/x && stat -c %a /tmp"));
    }

    [Fact]
    public void BindInWords_IsTheSameAsInShort_ButMakesNoDirectory()
    {
        using Slip slip = Slip.WithBusybox();
        string file = slip.Write("shared/note", "hello");
        string directory = Path.GetDirectoryName(file)!;
        Assert.Equal("hello", slip.Ok("run", "--rm", "--mount", $"type=bind,src={directory},dst=/mnt,readonly", "busybox", "cat", "/mnt/note"));
        Assert.NotEqual(0, slip.Run("run", "--rm", "--mount", $"type=bind,src={directory},dst=/mnt,readonly", "busybox", "touch", "/mnt/x").ExitCode);
        slip.Ok("run", "--rm", "--mount", $"type=bind,src={directory},dst=/mnt", "busybox", "touch", "/mnt/x");
        string missing = Path.Combine(directory, "missing");
        Slip.Result refused = slip.Run("run", "--rm", "--mount", $"type=bind,src={missing},dst=/mnt", "busybox", "true");
        Assert.Equal(125, refused.ExitCode);
        Assert.Contains($"bind source path does not exist: {missing}", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
        slip.Ok("run", "--rm", "--mount", $"type=bind,src={missing},dst=/mnt,bind-create-src", "busybox", "true");
        Assert.True(Directory.Exists(missing));
    }

    [Fact]
    public void ReadOnlyBind_IsSoBelowTooUnlessAskedOtherwise()
    {
        using Slip slip = Slip.WithBusybox();
        string directory = Directory.CreateDirectory(Path.Combine(slip.Scratch, "tree", "below")).Parent!.FullName;
        Run("mount", "-t", "tmpfs", "none", directory + "/below");
        try
        {
            Assert.NotEqual(0, slip.Run("run", "--rm", "-v", $"{directory}:/mnt:ro", "busybox", "touch", "/mnt/below/x").ExitCode);
            slip.Ok("run", "--rm", "--mount", $"type=bind,src={directory},dst=/mnt,ro,bind-recursive=writable", "busybox", "touch", "/mnt/below/x");
            Assert.True(File.Exists(directory + "/below/x"));
            Assert.Equal("", slip.Ok("run", "--rm", "--mount", $"type=bind,src={directory},dst=/mnt,bind-recursive=disabled", "busybox", "ls", "/mnt/below"));
            Assert.Equal("x", slip.Ok("run", "--rm", "--mount", $"type=bind,src={directory},dst=/mnt", "busybox", "ls", "/mnt/below"));
        }
        finally
        {
            Run("umount", directory + "/below");
        }
    }

    [Fact]
    public void Propagation_IsTheMounts_AndWantsASharedOne()
    {
        using Slip slip = Slip.WithBusybox();
        string directory = Directory.CreateDirectory(Path.Combine(slip.Scratch, "shared")).FullName;
        Slip.Result refused = slip.Run("run", "--rm", "-v", $"{directory}:/mnt:rshared", "busybox", "true");
        Assert.Contains("is not a shared mount", refused.Errors, StringComparison.Ordinal);
        Run("mount", "--bind", directory, directory);
        Run("mount", "--make-shared", directory);
        try
        {
            Directory.CreateDirectory(directory + "/sub");
            Assert.Contains("shared:", slip.Ok("run", "--rm", "-v", $"{directory}:/mnt:rshared", "busybox", "grep", " /mnt ", "/proc/self/mountinfo"), StringComparison.Ordinal);
            Assert.Contains("master:", slip.Ok("run", "--rm", "-v", $"{directory}:/mnt:rslave", "busybox", "grep", " /mnt ", "/proc/self/mountinfo"), StringComparison.Ordinal);
            string plain = slip.Ok("run", "--rm", "-v", $"{directory}:/mnt", "busybox", "grep", " /mnt ", "/proc/self/mountinfo");
            Assert.DoesNotContain("shared:", plain, StringComparison.Ordinal);
            Assert.DoesNotContain("master:", plain, StringComparison.Ordinal);
        }
        finally
        {
            Run("umount", directory);
        }
    }

    [Fact]
    public void Volume_NoCopy_StaysEmpty()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("0", slip.Ok("run", "--rm", "-v", "one:/etc:nocopy", "busybox", "sh", "-c", "ls /etc | grep -c passwd || true"));
        Assert.Equal("0", slip.Ok("run", "--rm", "--mount", "type=volume,src=two,dst=/etc,volume-nocopy", "busybox", "sh", "-c", "ls /etc | grep -c passwd || true"));
    }

    [Fact]
    public void VolumeSubpath_IsAPartOfIt_AndFollowsNoLinkOut()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--rm", "-v", "parts:/data", "busybox", "sh", "-c", "mkdir -p /data/a/b && echo deep >/data/a/b/file && ln -s /etc /data/out && ln -s ../../.. /data/up && ln -s a /data/in");
        string Mounted(string path, params string[] command) => slip.Ok(["run", "--rm", "--mount", $"type=volume,src=parts,dst=/mnt,volume-subpath={path}", "busybox", .. command]);
        Assert.Equal("deep", Mounted("a/b", "cat", "/mnt/file"));
        Assert.Equal("deep", Mounted("in/b", "cat", "/mnt/file"));
        Assert.Equal("deep", Mounted("a/b/file", "cat", "/mnt"));
        Assert.NotEqual(0, slip.Run("run", "--rm", "--mount", "type=volume,src=parts,dst=/mnt,volume-subpath=a/b,ro", "busybox", "touch", "/mnt/x").ExitCode);
        Mounted("a/b", "touch", "/mnt/x");
        foreach (string hostile in (string[])["out", "up", "up/etc", "missing"])
        {
            Slip.Result refused = slip.Run("run", "--rm", "--mount", $"type=volume,src=parts,dst=/mnt,volume-subpath={hostile}", "busybox", "ls", "/mnt");
            Assert.True(refused.ExitCode == 125, $"{hostile}: {refused.Output}");
            Assert.Contains($"cannot access path '{hostile}'", refused.Errors, StringComparison.Ordinal);
            Assert.Equal(hostile != "missing", refused.Errors.Contains("path concatenation escapes the base directory", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void VolumeSubpath_ThatIsEmpty_GetsWhatTheImageHasThere()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Commit("other", "mkdir /sub && echo inside >/sub/file");
        slip.Ok("run", "--rm", "-v", "parts:/data", "busybox", "sh", "-c", "mkdir -p /data/fresh /data/plain /data/used /data/deep && touch /data/used/mine && ln -s /etc /data/out && ln -s deep /data/in");
        string Mounted(string options) => slip.Ok("run", "--rm", "--mount", $"type=volume,src=parts,dst=/sub,{options}", "other", "ls", "/sub");
        Assert.Equal("file", Mounted("volume-subpath=fresh"));
        Assert.Equal("file", Mounted("volume-subpath=in"));
        Assert.Equal("mine", Mounted("volume-subpath=used"));
        Assert.Equal("", Mounted("volume-subpath=plain,volume-nocopy"));
        Assert.Equal(125, slip.Run("run", "--rm", "--mount", "type=volume,src=parts,dst=/sub,volume-subpath=out", "other", "true").ExitCode);
        Assert.Equal("deep/file\nfresh/file\nused/mine", slip.Ok("run", "--rm", "-v", "parts:/data", "busybox", "sh", "-c", "cd /data && find * -type f | sort"));
    }

    [Fact]
    public void ImageMount_ShowsItReadOnlyAndKeepsIt()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Commit("other", "mkdir /sub && echo inside >/sub/file");
        Assert.Equal("inside", slip.Ok("run", "--rm", "--mount", "type=image,src=other,dst=/mnt", "busybox", "cat", "/mnt/sub/file"));
        Assert.Equal("inside", slip.Ok("run", "--rm", "--mount", "type=image,src=other,dst=/mnt,image-subpath=sub", "busybox", "cat", "/mnt/file"));
        Assert.NotEqual(0, slip.Run("run", "--rm", "--mount", "type=image,src=other,dst=/mnt", "busybox", "touch", "/mnt/x").ExitCode);
        Assert.Equal(125, slip.Run("run", "--rm", "--mount", "type=image,src=nothere,dst=/mnt", "busybox", "true").ExitCode);
    }

    [Fact]
    public void VolumesFrom_AreTheOthers()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "donor", "-v", "named:/data", "-v", "/anonymous", "busybox", "true");
        slip.Ok("run", "--rm", "--volumes-from", "donor", "busybox", "sh", "-c", "echo word >/data/file; echo word >/anonymous/file");
        Assert.Equal("word\nword", slip.Ok("run", "--rm", "--volumes-from", "donor:ro", "busybox", "cat", "/data/file", "/anonymous/file"));
        Assert.NotEqual(0, slip.Run("run", "--rm", "--volumes-from", "donor:ro", "busybox", "touch", "/data/x").ExitCode);
        Assert.Contains("No such container: nobody", slip.Run("run", "--rm", "--volumes-from", "nobody", "busybox", "true").Errors, StringComparison.Ordinal);
        // What the donor made for itself goes with the donor, not before.
        Assert.Equal(2, slip.Ok("volume", "ls", "-q").Split('\n').Length);
        slip.Ok("rm", "-v", "donor");
        Assert.Equal("named", slip.Ok("volume", "ls", "-q"));
    }

    [Fact]
    public void VolumeOptions_Tmpfs_IsSharedByThoseThatRun()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("volume", "create", "-d", "local", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=128k,uid=1000", "fast");
        Assert.Equal("size=128k,uid=1000 tmpfs", slip.Ok("volume", "inspect", "-f", "{{.Options.o}} {{.Options.type}}", "fast"));
        slip.Ok("run", "-d", "--name", "one", "-v", "fast:/mnt", "busybox", "sh", "-c", "echo word >/mnt/file; sleep 60");
        Assert.Equal("word", slip.Ok("run", "--rm", "-v", "fast:/mnt", "busybox", "sh", "-c", "while ! test -s /mnt/file; do sleep 0.05; done; cat /mnt/file"));
        Assert.Contains("size=128k,uid=1000", slip.Ok("exec", "one", "grep", " /mnt ", "/proc/mounts"), StringComparison.Ordinal);
        slip.Ok("rm", "-f", "one");
        Assert.Equal("", slip.Ok("run", "--rm", "-v", "fast:/mnt", "busybox", "ls", "/mnt"));
    }

    [Fact]
    public void VolumeOptions_Bind_IsThatDirectory()
    {
        using Slip slip = Slip.WithBusybox();
        string directory = Directory.CreateDirectory(Path.Combine(slip.Scratch, "site")).FullName;
        slip.Ok("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=" + directory, "site");
        slip.Ok("run", "--rm", "-v", "site:/mnt", "busybox", "sh", "-c", "echo word >/mnt/file");
        Assert.Equal("word\n", File.ReadAllText(directory + "/file"));
        slip.Ok("run", "--rm", "--mount", $"type=volume,src=inline,dst=/mnt,volume-opt=type=none,volume-opt=o=bind,volume-opt=device={directory}", "busybox", "cat", "/mnt/file");
        slip.Ok("volume", "rm", "site", "inline");
        Assert.True(File.Exists(directory + "/file"));
        slip.Ok("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/not/there", "lost");
        Assert.Contains("failed to mount local volume: mount /not/there", slip.Run("run", "--rm", "-v", "lost:/mnt", "busybox", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_KeepsOwnersModesLinksAndAttributes()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Commit("full", "mkdir -m 2750 /data && chown 5:6 /data && echo x >/data/file && chown 7:8 /data/file && chmod 4711 /data/file && ln -s file /data/link && ln /data/file /data/hard");
        Assert.Equal("2750 5 6\n4711 7 8\nfile\n2", slip.Ok("run", "--rm", "-v", "filled:/data", "full", "sh", "-c",
            "stat -c '%a %u %g' /data; stat -c '%a %u %g' /data/file; readlink /data/link; stat -c %h /data/file"));
    }

    [Theory]
    [InlineData("-v one:/data:shared", "invalid mount config for type \"volume\": invalid mode: shared")]
    [InlineData("-v /tmp:/data:nocopy", "invalid mode: nocopy")]
    [InlineData("-v /tmp:/data:ro,rw", "invalid mode: ro,rw")]
    [InlineData("-v a:b:c:d", "invalid volume specification: 'a:b:c:d'")]
    [InlineData("-v relative:path", "mount path must be absolute")]
    [InlineData("-v /tmp:/data -v /etc:/data", "Duplicate mount point: /data")]
    [InlineData("--tmpfs /x:nonsense", "invalid tmpfs option [\"nonsense\"]")]
    [InlineData("--tmpfs relative", "mount path must be absolute")]
    [InlineData("--mount type=bind,dst=/x", "field Source must not be empty")]
    [InlineData("--mount type=volume", "target is required")]
    [InlineData("--mount type=other,dst=/x", "invalid mount config for type \"other\": mount type unknown")]
    [InlineData("--mount type=tmpfs,src=x,dst=/x", "field Source must not be specified")]
    [InlineData("--mount nonsense=1,dst=/x", "unexpected key 'nonsense' in 'nonsense=1'")]
    [InlineData("--mount dst", "invalid field 'dst' must be a key=value pair")]
    [InlineData("--mount type=bind,src=/tmp,dst=/x,volume-nocopy", "cannot mix 'volume-*' options with mount type 'bind'")]
    [InlineData("--mount type=volume,src=x,dst=/x,tmpfs-size=1m", "cannot mix 'tmpfs-*' options with mount type 'volume'")]
    [InlineData("--mount type=bind,src=/tmp,dst=/x,bind-propagation=up", "invalid propagation mode: up")]
    [InlineData("--mount type=bind,src=/tmp,dst=/x,bind-recursive=writable", "requires 'readonly' to be specified in conjunction")]
    [InlineData("--mount type=volume,src=x,dst=/x,volume-subpath=../up", "subpath must be a relative path within the volume")]
    [InlineData("--mount type=volume,src=x,dst=/x,volume-driver=other", "plugin \"other\" not found")]
    [InlineData("--volume-driver other", "plugin \"other\" not found")]
    [InlineData("--volumes-from x:nonsense", "invalid mode: nonsense")]
    [InlineData("--use-api-socket", "there is no daemon")]
    public void Run_MountThatCantBe_IsRefusedAndLeavesNothing(string flags, string message)
    {
        using Slip slip = Slip.WithBusybox();
        Refusal.Check(slip, flags.Split(' '), message);
        Assert.Equal("", slip.Ok("volume", "ls", "-q"));
    }

    [Theory]
    [InlineData("-o type=tmpfs", "missing required option: \"device\"")]
    [InlineData("-o device=x", "missing required option: \"type\"")]
    [InlineData("-o nonsense=1", "invalid option: \"nonsense\"")]
    [InlineData("-o size=1g", "no quota support")]
    [InlineData("-d other", "plugin \"other\" not found")]
    public void VolumeCreate_ThatCantBe_IsRefused(string flags, string message)
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Contains(message, slip.Run(["volume", "create", .. flags.Split(' '), "name"]).Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("volume", "ls", "-q"));
    }

    [Fact]
    public void Inspect_Mounts_AreInDockersShape()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("create", "-v", "one:/one:ro", "--tmpfs", "/run:size=64k", "--mount", "type=volume,src=two,dst=/two,volume-label=a=b,volume-subpath=x", "busybox", "true");
        Assert.Equal("[one:/one:ro] map[/run:size=64k] volume two /two x map[a:b]", slip.Ok("inspect", "-f",
            "{{.HostConfig.Binds}} {{.HostConfig.Tmpfs}} {{range .HostConfig.Mounts}}{{.Type}} {{.Source}} {{.Target}} {{.VolumeOptions.Subpath}} {{.VolumeOptions.Labels}}{{end}}", id));
        Assert.Equal("b", slip.Ok("volume", "inspect", "-f", "{{.Labels.a}}", "two"));
        Assert.Equal("map[/three:map[]]", slip.Ok("inspect", "-f", "{{.Config.Volumes}}", slip.Ok("create", "-v", "/three", "busybox", "true")));
        Assert.Equal("volume one ro false;volume two z true;", slip.Ok("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Mode}} {{.RW}};{{end}}", id));
    }

    private static void Run(params string[] command)
    {
        using Process process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}

using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

/// <summary>Mounts that take more than their options: mapped ids, and what a tmpfs takes over.</summary>
public sealed class MountTests
{
    private static readonly IdMapping[] s_map = [new() { ContainerId = 0, HostId = 100_000, Size = 1000 }];

    [Fact]
    public void Bind_MappedIds_AreTheMapsInside()
    {
        using TestRoot root = TestRoot.Create();
        string source = Source(root);
        Assert.Equal("100007:100008\n", Run(root, new MountSpec
        {
            Destination = "/tmp/m",
            Type = "bind",
            Source = source,
            UidMappings = s_map,
            GidMappings = s_map,
        }, "stat -c %u:%g /tmp/m/file"));
    }

    [Fact]
    public void Bind_IdmapInAUserNamespace_TakesTheContainersMaps()
    {
        using TestRoot root = TestRoot.Create();
        string source = Source(root);
        Assert.Equal("7:8\n", Run(root, new MountSpec { Destination = "/tmp", Source = source, Options = ["rbind", "ridmap"] }, "stat -c %u:%g /tmp/file", inUser: true));
    }

    [Fact]
    public void Bind_IdmapWithoutMaps_IsRefused()
    {
        using TestRoot root = TestRoot.Create();
        var mount = new MountSpec { Destination = "/tmp/m", Source = Source(root), Options = ["bind", "idmap"] };
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => Run(root, mount, "true")).Kind);
    }

    // What Debian's images with systemd have at /etc/resolv.conf: a link to what only a running system has.
    [Theory]
    [InlineData("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf", "run/systemd/resolve/stub-resolv.conf")]
    [InlineData("etc/resolv.conf", "/run/a/../b/./file", "run/b/file")]
    [InlineData("etc", "../../../../../somewhere/deep", "somewhere/deep/resolv.conf")]
    public void Bind_OnALinkToNothing_GoesWhereItLeadsInTheRoot(string link, string target, string place)
    {
        using TestRoot root = TestRoot.Create();
        string path = $"{root.Layer}/{link}";
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
        string source = root.Path + "/resolv.conf";
        File.WriteAllText(source, "nameserver 192.0.2.1\n");
        Assert.Equal("nameserver 192.0.2.1\n", Run(root, new MountSpec { Destination = "/etc/resolv.conf", Source = source, Options = ["bind"] }, $"cat /{place}"));
        Assert.Equal("nameserver 192.0.2.1\n", Run(root, new MountSpec { Destination = "/etc/resolv.conf", Source = source, Options = ["bind"] }, "cat /etc/resolv.conf"));
    }

    [Fact]
    public void Bind_OnLinksInACircle_IsRefused()
    {
        using TestRoot root = TestRoot.Create();
        File.CreateSymbolicLink(root.Layer + "/a", "missing/../b");
        File.CreateSymbolicLink(root.Layer + "/b", "/a");
        SlipwayException error = Assert.Throws<SlipwayException>(() => Run(root, new MountSpec { Destination = "/a", Source = Source(root), Options = ["bind"] }, "true"));
        Assert.Contains("'/a'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tmpfs_CopyUp_BeginsWithWhatItCovers(bool inUser)
    {
        using TestRoot root = TestRoot.Create();
        uint id = inUser ? 100_000u : 0;
        Directory.CreateDirectory(root.Layer + "/data/deep");
        File.WriteAllText(root.Layer + "/data/deep/file", "content");
        File.CreateSymbolicLink(root.Layer + "/data/link", "/etc/passwd");
        using (DirFd deep = DirFd.Open(root.Layer + "/data/deep"))
        {
            deep.SetOwner("file"u8, id + 5, id + 6);
            deep.SetMode("file"u8, 0x9e4); // 04744
            deep.Handle.SetOwner(id, id);
        }
        using (DirFd data = DirFd.Open(root.Layer + "/data"))
        {
            data.SetOwner("link"u8, id, id);
            data.Handle.SetOwner(id + 1, id + 2);
        }
        var mount = new MountSpec { Destination = "/data", Type = "tmpfs", Options = ["tmpcopyup"] };
        Assert.Equal("content/etc/passwd\n4744 5:6\n755 1:2\ntmpfs\n",
            Run(root, mount, "cat /data/deep/file; readlink /data/link; stat -c '%a %u:%g' /data/deep/file; stat -c '%a %u:%g' /data; grep ' /data ' /proc/mounts | head -c 5; echo", inUser)
                .Replace("1777 1:2", "755 1:2", StringComparison.Ordinal));
        Assert.Empty(Directory.Exists(root.Upper + "/data") ? Directory.GetFileSystemEntries(root.Upper + "/data") : []);
    }

    [Theory]
    [InlineData("/there", null, "710")]
    [InlineData("/there", "mode=1500", "1500")]
    [InlineData("/not/there", null, "1777")]
    public void Tmpfs_Mode_IsThatOfWhatItCovers(string destination, string? option, string expected)
    {
        using TestRoot root = TestRoot.Create();
        Directory.CreateDirectory(root.Layer + "/there", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        var mount = new MountSpec { Destination = destination, Type = "tmpfs", Options = option is null ? ["rro"] : ["rro", option] };
        Assert.Equal($"{expected}\nro\n", Run(root, mount, $"stat -c %a {destination}; grep ' {destination} ' /proc/mounts | grep -q ' ro,' && echo ro"));
    }

    private static string Source(TestRoot root)
    {
        string source = root.Path + "/source";
        Directory.CreateDirectory(source);
        File.WriteAllText(source + "/file", "");
        using DirFd directory = DirFd.Open(source);
        directory.SetOwner("file"u8, 7, 8);
        return source;
    }

    private static string Run(TestRoot root, MountSpec mount, string script, bool inUser = false)
    {
        RuntimeSpec spec = root.Spec("sh", "-c", script);
        spec = spec with { Mounts = [.. spec.Mounts!.Where(candidate => candidate.Type != "cgroup"), mount] };
        if (inUser)
        {
            spec = spec with
            {
                Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new() { Type = "user" }], UidMappings = s_map, GidMappings = s_map, Sysctl = null },
            };
        }
        return root.Run(spec).Output;
    }
}

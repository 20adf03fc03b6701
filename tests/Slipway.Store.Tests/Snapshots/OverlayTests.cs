using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Layers;
using Slipway.Store.Snapshots;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Snapshots;

public sealed class OverlayTests
{
    private static DirFd Mount(IReadOnlyList<string> lowers, string? upper = null, string? work = null)
    {
        TempTree.RequireRoot();
        try
        {
            using SafeFd mount = OverlayMount.OpenDetached(lowers, upper, work);
            return new DirFd(mount.Reopen(OpenFlags.Directory));
        }
        catch (LinuxException e) when (e.Errno is Errno.EPERM or Errno.ENODEV or Errno.ENOSYS)
        {
            Assert.Skip($"needs overlay mounts: {e.Message}");
            throw;
        }
    }

    private static string Read(DirFd root, string path)
    {
        using SafeFd file = root.OpenPath(Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, 0, Resolve.InRoot);
        byte[] buffer = new byte[100];
        return Encoding.UTF8.GetString(buffer, 0, file.Read(buffer));
    }

    private static string Layer(TempTree tree, string name, params (string Path, string Content)[] files)
    {
        string layer = tree.New(name);
        foreach ((string path, string content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(layer, path))!);
            File.WriteAllText(Path.Join(layer, path), content);
        }
        return layer;
    }

    [Fact]
    public void OpenDetached_SingleLayer_IsReadOnly()
    {
        using var tree = new TempTree();
        using DirFd root = Mount([Layer(tree, "l", ("a/x", "one"))]);
        Assert.Equal("one", Read(root, "a/x"));
        Assert.Equal(Errno.EROFS, Assert.Throws<LinuxException>(() => root.CreateFile("new"u8)).Errno);
    }

    [Fact]
    public void OpenDetached_ManyLayersAndUpper_MergesAndWrites()
    {
        using var tree = new TempTree();
        string[] lowers = [.. Enumerable.Range(0, 40).Select(i => Layer(tree, $"lower-{i}", ($"only{i}", $"{i}"), ("shared", $"{i}")))];
        string upper = tree.New("upper");
        string before = File.ReadAllText("/proc/self/mountinfo");
        using (DirFd root = Mount(lowers, upper, tree.New("work")))
        {
            Assert.Equal("0", Read(root, "shared"));
            Assert.Equal("39", Read(root, "only39"));
            using SafeFd file = root.CreateFile("new"u8);
            root.TryUnlink("only7"u8);
            Assert.Equal(before, File.ReadAllText("/proc/self/mountinfo"));
        }
        Assert.Equal(["new", "only7"], Directory.GetFileSystemEntries(upper).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void OpenDetached_LayerWithOpaqueRoot_HidesAllBelow() // H-tar 18
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo? layer = null;
        foreach (byte[] tar in (byte[][])[
            new TarBuilder().File("hidden").File("d/hidden").File("replaced", "old").End(),
            new TarBuilder().File(".wh..wh..opq", "").File("shown").File("d/shown").File("replaced", "new").End(),
            new TarBuilder().File("kept").End()])
        {
            (Digest digest, long size) = store.Storage.Blobs.Write(tar);
            layer = store.Storage.Layers.Unpack(layer?.ChainId, new() { MediaType = MediaTypes.Layer, Digest = digest, Size = size }, digest);
        }
        using DirFd root = Mount(store.Storage.Layers.StackOf(layer!.ChainId));
        Assert.Equal(["d", "kept", "replaced", "shown"], root.List(sorted: true).Select(e => Encoding.UTF8.GetString(e.Name)));
        Assert.Equal("new", Read(root, "replaced"));
        using DirFd directory = root.OpenDirectory("d"u8);
        Assert.Equal("shown"u8.ToArray(), Assert.Single(directory.List()).Name);
    }

    [Fact]
    public void List_EveryKindOfChange_IsAsDockerShowsIt()
    {
        using var tree = new TempTree();
        string lower = Layer(tree, "lower", ("etc/conf", "1"), ("etc/same", "2"), ("gone/deep/file", "3"), ("old/a", "4"), ("old/b", "5"), ("quiet/x", "6"), ("type", "7"));
        string upper = tree.New("upper");
        using (DirFd root = Mount([lower, Layer(tree, "bottom", ("var/log/x", "8"))], upper, tree.New("work")))
        {
            string proc = root.Handle.ProcPath;
            File.WriteAllText(proc + "/etc/conf", "changed");
            File.WriteAllText(proc + "/etc/new", "");
            Directory.Delete(proc + "/gone", recursive: true);
            Directory.Delete(proc + "/old", recursive: true);
            Directory.CreateDirectory(proc + "/old");
            File.WriteAllText(proc + "/old/b", "again");
            File.Delete(proc + "/var/log/x");
            // Copied up, and the same as before.
            using (File.Open(proc + "/quiet/x", FileMode.Open, FileAccess.ReadWrite))
            {
            }
            File.Delete(proc + "/type");
            Directory.CreateDirectory(proc + "/type/sub");
            File.WriteAllText(proc + "/a\n", "");
        }
        IReadOnlyList<Change> changes = LayerChanges.List(upper, [lower, tree.New("none"), Path.Join(Path.GetDirectoryName(lower), "bottom")]);
        Assert.Equal(
            ["A /a\n", "C /etc", "C /etc/conf", "A /etc/new", "D /gone", "C /old", "D /old/a", "C /old/b", "C /type", "A /type/sub", "C /var", "C /var/log", "D /var/log/x"],
            changes.Select(c => $"{"CAD"[(int)c.Kind]} {c.Path}"));
    }

    [Fact]
    public void Measure_HardLinksAndHoles_CountOnce()
    {
        using var tree = new TempTree();
        File.WriteAllText(tree.At("a"), new string('x', 100_000));
        tree.Root.TryLink("b"u8, tree.Root, "a"u8);
        using (SafeFd hole = tree.Root.CreateFile("hole"u8))
            hole.SetLength(1L << 30);
        (long bytes, long files) = TreeUsage.Measure(tree.Path);
        Assert.Equal((tree.Stat("a").Blocks + tree.Root.Status().Blocks) * 512, bytes);
        Assert.Equal(3, files);
    }

    [Fact]
    public void RemoveTree_DeeperThanAnyPath_IsGone()
    {
        using var tree = new TempTree();
        DirFd at = tree.Root.Reopen();
        for (int i = 0; i < 3000; i++)
        {
            at.MakeDirectory("deep"u8);
            DirFd next = at.OpenDirectory("deep"u8);
            at.Dispose();
            at = next;
        }
        at.Dispose();
        Assert.Equal(3001, TreeUsage.Measure(tree.Path).Files);
        tree.Root.RemoveTree("deep"u8);
        Assert.Empty(tree.Root.List());
    }
}

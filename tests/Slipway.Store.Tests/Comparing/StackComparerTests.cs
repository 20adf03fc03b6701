using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Comparing;
using Slipway.Store.Layers;
using Slipway.Store.Snapshots;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Comparing;

public sealed class StackComparerTests
{
    private static IReadOnlyList<string> Stack(TempStore store, params byte[][] layers)
    {
        TempTree.RequireRoot();
        LayerInfo? top = null;
        foreach (byte[] tar in layers)
        {
            (Digest digest, long size) = store.Storage.Blobs.Write(tar);
            top = store.Storage.Layers.Unpack(top?.ChainId, new() { MediaType = MediaTypes.Layer, Digest = digest, Size = size }, digest);
        }
        return store.Storage.Layers.StackOf(top!.ChainId);
    }

    private static IEnumerable<string> Lines(IEnumerable<PathDifference> differences) => differences.Select(d => $"{"CAD"[(int)d.Kind]} {d.Path}{(d.What == Differing.None ? "" : $" ({d.What})")}");

    [Fact]
    public void Compare_EveryKindOfDifference_IsNamed()
    {
        using var store = new TempStore();
        byte[] one = new TarBuilder().Directory("d/").File("content", "aaaa").File("size", "aaaa").File("mode", "same").Header("owner", '0', 0, uid: 1).Symlink("link", "here")
            .File("type", "x").Device("device", '3', 1, 3).File("same", "same").File("gone/deep/file", "ab").Pax(("SCHILY.xattr.user.a", "1")).File("attribute", "x").End();
        byte[] other = new TarBuilder().Directory("d/", "0000700").File("content", "bbbb").File("size", "aaaaa").File("mode", "same", "0000600").Header("owner", '0', 0, uid: 2).Symlink("link", "there")
            .Directory("type/").File("type/in", "i").Device("device", '3', 1, 5).File("same", "same").File("new/file", "abc").Pax(("SCHILY.xattr.user.a", "2")).File("attribute", "x").End();
        IReadOnlyList<string> before = Stack(store, one), after = Stack(store, other);
        IReadOnlyList<PathDifference> found = StackComparer.Compare(before, after, times: false);
        Assert.Equal(
            ["C /attribute (Attributes)", "C /content (Content)", "C /d (Mode)", "C /device (Device)", "D /gone", "D /gone/deep", "D /gone/deep/file", "C /link (LinkTarget)", "C /mode (Mode)",
             "A /new", "A /new/file", "C /owner (Owner)", "C /size (Content, Size)", "C /type (Type)", "A /type/in"],
            Lines(found));
        Assert.Equal((4, 5), (found.Single(d => d.Path == "/size").Before!.Size, found.Single(d => d.Path == "/size").After!.Size));
        Assert.Equal("there", found.Single(d => d.Path == "/link").After!.LinkTarget);
    }

    [Fact]
    public void Compare_TimesAlone_DifferWhenAsked()
    {
        using var store = new TempStore();
        IReadOnlyList<string> before = Stack(store, new TarBuilder().File("a", "x").End()), after = Stack(store, new TarBuilder().Pax(("mtime", "5")).File("a", "x").End());
        Assert.Empty(StackComparer.Compare(before, after, times: false));
        Assert.Equal(["C /a (Time)"], Lines(StackComparer.Compare(before, after, times: true)));
    }

    [Fact]
    public void Compare_SharedLayers_AreNotRead()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        byte[] shared = new TarBuilder().File("d/large", "x").File("e/f", "y").End();
        IReadOnlyList<string> before = Stack(store, shared), after = Stack(store, shared, new TarBuilder().File("e/g", "z").End());
        // Unreadable as long as nobody reads it: a file whose content would be compared is opened.
        string large = Path.Join(before[0], "d/large");
        File.Delete(large);
        using (DirFd directory = DirFd.Open(Path.GetDirectoryName(large)!))
            directory.TryMakeNode("large"u8, FileType.Fifo, 0x180);
        Assert.Equal(["A /e/g"], Lines(StackComparer.Compare(before, after, times: true)));
    }

    [Fact]
    public void Compare_NamesOfAnyBytes_AndDepthBeyondDescriptors_Work()
    {
        using var tree = new TempTree();
        DirFd at = tree.Root.Reopen();
        for (int i = 0; i < 1500; i++)
        {
            at.MakeDirectory("d"u8);
            DirFd next = at.OpenDirectory("d"u8);
            at.Dispose();
            at = next;
        }
        at.CreateFile([0xff, (byte)'\n', 0x1b]).Dispose();
        at.Dispose();
        IReadOnlyList<PathDifference> found = StackComparer.Compare([tree.New("empty")], [tree.Path], times: false);
        Assert.Equal(1501, found.Count(d => d.Path != "/"));
        Assert.EndsWith("\ufffd\n\u001b", found[^1].Path);
        tree.Root.RemoveTree("d"u8);
    }

    // The walk without a mount against the mounted trees, read naively.
    [Fact]
    public void Compare_RandomStacks_IsWhatTheMountedTreesSay()
    {
        TempTree.RequireRoot();
        for (int seed = 0; seed < 25; seed++)
        {
            using var store = new TempStore();
            var random = new Random(seed);
            byte[] shared = RandomLayer(random);
            IReadOnlyList<string> before = Stack(store, shared, RandomLayer(random), RandomLayer(random)), after = Stack(store, shared, RandomLayer(random), RandomLayer(random));
            SortedDictionary<string, string> was = Mounted(before), now = Mounted(after);
            string[] expected = [.. was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(p => !was.TryGetValue(p, out string? one) ? $"A {p}" : !now.TryGetValue(p, out string? other) ? $"D {p}" : one == other ? "" : $"C {p}").Where(l => l.Length > 0)];
            IReadOnlyList<PathDifference> found = StackComparer.Compare(before, after, times: false), back = StackComparer.Compare(after, before, times: false);
            Assert.Equal(expected, found.Where(d => d.Path != "/").Select(d => $"{"CAD"[(int)d.Kind]} {d.Path}"));
            Assert.Equal(found.Select(d => (d.Path, d.What, d.Before, d.After)), back.Select(d => (d.Path, d.What, d.After, d.Before)));
            Assert.Empty(StackComparer.Compare(before, before, times: true));
        }
    }

    private static byte[] RandomLayer(Random random)
    {
        var tar = new TarBuilder();
        var taken = new HashSet<string>();
        for (int i = 0; i < 25; i++)
        {
            string path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => ((char)('a' + random.Next(4))).ToString()));
            // Nothing stands in its own layer's way: what then wins is another test's.
            string[] parents = [.. Enumerable.Range(1, path.Count(c => c == '/')).Select(n => string.Join('/', path.Split('/').Take(n)))];
            if (taken.Contains(path) || taken.Any(t => t.StartsWith(path + "/", StringComparison.Ordinal)) || parents.Any(taken.Contains))
                continue;
            switch (random.Next(6))
            {
                case 0: tar.File(PathOf(path, ".wh."), ""); break;
                case 1: tar.Symlink(path, $"t{random.Next(2)}"); break;
                case 2:
                    tar.Directory(path + "/", random.Next(2) == 0 ? "0000755" : "0000700").File(path + "/.wh..wh..opq", "").File(path + "/new", "n");
                    break;
                default: tar.File(path, new string((char)('a' + random.Next(2)), random.Next(1, 3)), random.Next(3) == 0 ? "0000600" : "0000644"); break;
            }
            taken.Add(path);
        }
        return tar.End();
    }

    private static string PathOf(string path, string prefix) => path.LastIndexOf('/') is >= 0 and int slash ? $"{path[..(slash + 1)]}{prefix}{path[(slash + 1)..]}" : prefix + path;

    private static SortedDictionary<string, string> Mounted(IReadOnlyList<string> stack)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        SafeFd mount;
        try
        {
            mount = OverlayMount.OpenDetached(stack, null, null);
        }
        catch (LinuxException e) when (e.Errno is Errno.EPERM or Errno.ENODEV or Errno.ENOSYS)
        {
            Assert.Skip($"needs overlay mounts: {e.Message}");
            throw;
        }
        using (mount)
        using (var root = new DirFd(mount.Reopen(OpenFlags.Directory)))
            Read(root, "", found);
        return found;
    }

    private static void Read(DirFd directory, string path, SortedDictionary<string, string> found)
    {
        foreach (DirEntry entry in directory.List())
        {
            // overlayfs lists a whiteout in a directory that one layer alone has, though there is nothing.
            if (!directory.TryStatus(entry.Name, out FileStatus status))
                continue;
            string name = $"{path}/{Encoding.UTF8.GetString(entry.Name)}", what = $"{status.Type} {status.Mode} {status.Uid}";
            if (status.IsSymlink)
                what = Encoding.UTF8.GetString(directory.ReadLink(entry.Name));
            if (status.IsRegular)
            {
                using SafeFd file = directory.OpenName(entry.Name, OpenFlags.ReadOnly);
                byte[] content = new byte[16];
                what += Encoding.UTF8.GetString(content, 0, file.Read(content));
            }
            found.Add(name, what);
            if (!status.IsDirectory)
                continue;
            using DirFd below = directory.OpenDirectory(entry.Name);
            Read(below, name, found);
        }
    }
}

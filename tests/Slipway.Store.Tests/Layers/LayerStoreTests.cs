using System.IO.Compression;
using System.Text;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Layers;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Layers;

public sealed class LayerStoreTests
{
    internal static (Descriptor Blob, Digest DiffId) Put(TempStore store, byte[] tar)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(tar);
        (Digest digest, long size) = store.Storage.Blobs.Write(packed.ToArray());
        return (new() { MediaType = MediaTypes.LayerGzip, Digest = digest, Size = size }, Digest.Of(tar));
    }

    private static LayerInfo Unpack(TempStore store, LayerInfo? parent, byte[] tar)
    {
        (Descriptor blob, Digest diffId) = Put(store, tar);
        return store.Storage.Layers.Unpack(parent?.ChainId, blob, diffId);
    }

    internal static string[] Staged(TempStore store) => Directory.GetFileSystemEntries(store.Paths.Tmp);

    [Fact]
    public void ChainIdOf_Parent_IsDigestOfBothNames()
    {
        Digest a = Digest.Of("a"u8), b = Digest.Of("b"u8);
        Assert.Equal(a, LayerStore.ChainIdOf(null, a));
        Assert.Equal(Digest.Of(Encoding.ASCII.GetBytes($"{a} {b}")), LayerStore.ChainIdOf(a, b));
    }

    [Fact]
    public void Unpack_Layer_IsFoundListedAndMeasured()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo layer = Unpack(store, null, new TarBuilder().File("a", new string('x', 10_000)).Link("b", "a").Directory("d/").End());
        Assert.Equal(layer, store.Storage.Layers.Find(layer.ChainId));
        Assert.Equal([layer], store.Storage.Layers.List());
        Assert.Equal(3, layer.Files);
        Assert.InRange(layer.Bytes, 10_000, 64 * 1024);
        Assert.Equal(10_000, new FileInfo(Path.Join(store.Storage.Layers.PathOf(layer.ChainId), "b")).Length);
        Assert.Empty(Staged(store));
    }

    [Fact]
    public void Unpack_WrongDiffId_IsRefusedAndLeavesNothing()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        (Descriptor blob, Digest diffId) = Put(store, new TarBuilder().File("a").End());
        Digest wrong = Digest.Of("wrong"u8);
        var error = Assert.Throws<SlipwayException>(() => store.Storage.Layers.Unpack(null, blob, wrong));
        Assert.Equal(ErrorKind.Corrupt, error.Kind);
        Assert.Contains(wrong.ToString(), error.Message);
        Assert.Contains(diffId.ToString(), error.Message);
        Assert.Empty(Staged(store));
        Assert.Empty(store.Storage.Layers.List());
    }

    [Fact]
    public void Unpack_ParentMissing_IsNotFound()
    {
        using var store = new TempStore();
        (Descriptor blob, Digest diffId) = Put(store, new TarBuilder().End());
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => store.Storage.Layers.Unpack(Digest.Of("p"u8), blob, diffId)).Kind);
    }

    [Fact]
    public void Unpack_SameLayerAtOnce_AllGetIt()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        var builder = new TarBuilder();
        for (int i = 0; i < 200; i++)
            builder.File($"f{i}");
        (Descriptor blob, Digest diffId) = Put(store, builder.End());
        var layers = new LayerInfo[8];
        Parallel.For(0, layers.Length, i => layers[i] = store.Storage.Layers.Unpack(null, blob, diffId));
        Assert.Single(layers.Distinct());
        Assert.Empty(Staged(store));
    }

    [Fact]
    public void Unpack_ImpliedDirectory_IsAsItWasBelow()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo below = Unpack(store, null, new TarBuilder().Header("tmp/", '5', mode: "0001777", uid: 5).End());
        LayerInfo above = Unpack(store, below, new TarBuilder().File("tmp/x").File("new/y").End());
        string tree = store.Storage.Layers.PathOf(above.ChainId);
        Assert.Equal((0x3ffu, 5u, new FileTime(1610612736, 0)), (TempTree.Status(tree + "/tmp").Mode, TempTree.Status(tree + "/tmp").Uid, TempTree.Status(tree + "/tmp").Modified));
        Assert.Equal(0x1edu, TempTree.Status(tree + "/new").Mode);
    }

    [Fact]
    public void Unpack_Whiteouts_TakeOverlaysForm()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo layer = Unpack(store, null, new TarBuilder().File(".wh.gone", "").Directory("d/").File("d/.wh..wh..opq", "").File("d/kept")
            .File(".wh.again", "").Directory("again/").File("both").File(".wh.both", "").End());
        string tree = store.Storage.Layers.PathOf(layer.ChainId);
        Assert.Equal((FileType.CharacterDevice, new DeviceNumber(0, 0)), (TempTree.Status(tree + "/gone").Type, TempTree.Status(tree + "/gone").SpecialDevice));
        using DirFd root = DirFd.Open(tree);
        Assert.Equal("y"u8.ToArray(), root.FindXattr("d"u8, "trusted.overlay.opaque"u8));
        Assert.Equal("y"u8.ToArray(), root.FindXattr("again"u8, "trusted.overlay.opaque"u8));
        Assert.True(root.Status("both"u8).IsRegular);
    }

    [Fact]
    public void Delete_Layer_IsGone()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo layer = Unpack(store, null, new TarBuilder().File("a/b/c").End());
        store.Storage.Layers.Delete(layer.ChainId);
        store.Storage.Layers.Delete(layer.ChainId);
        Assert.Null(store.Storage.Layers.Find(layer.ChainId));
        Assert.Empty(Staged(store));
    }

    // An upper directory as overlayfs leaves one behind: new, changed, deleted, a directory made anew in place of another.
    private static string Upper(TempStore store, string name)
    {
        string upper = store.Outside(name);
        Directory.CreateDirectory(Path.Join(upper, "etc"));
        Directory.CreateDirectory(Path.Join(upper, "fresh"));
        Directory.CreateDirectory(Path.Join(upper, "old"));
        File.WriteAllText(Path.Join(upper, "etc/conf"), "changed");
        File.WriteAllText(Path.Join(upper, "fresh/file"), "new");
        using DirFd root = DirFd.Open(upper);
        root.SetMode("."u8, 0x1ed);
        root.TryMakeNode("gone"u8, FileType.CharacterDevice, 0);
        root.SetXattr("fresh"u8, "trusted.overlay.opaque"u8, "y"u8);
        root.SetXattr("old"u8, "trusted.overlay.opaque"u8, "y"u8);
        root.SetXattr("etc"u8, "trusted.overlay.origin"u8, "handle"u8);
        using DirFd fresh = root.OpenDirectory("fresh"u8);
        fresh.TryLink("second"u8, fresh, "file"u8);
        fresh.SetTime("file"u8, new(2_000_000_000, 5));
        return upper;
    }

    private static LayerInfo Base(TempStore store) =>
        Unpack(store, null, new TarBuilder().Directory("etc/").File("etc/conf").File("gone").Directory("old/").File("old/hidden").End());

    [Fact]
    public void Commit_Taken_EqualsWhatUnpackingItsBlobGives()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        using var other = new TempStore();
        LayerInfo parent = Base(store);
        string upper = Upper(store, "upper");
        CommittedLayer taken = store.Storage.Layers.Commit(parent.ChainId, upper, new() { Take = true, ClampTo = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) });
        Assert.False(Directory.Exists(upper));
        Assert.Equal(LayerStore.ChainIdOf(parent.ChainId, taken.Layer.DiffId), taken.Layer.ChainId);

        using (Stream blob = store.Storage.Blobs.OpenRead(taken.Blob.Digest))
        using (var writer = other.Storage.Blobs.CreateWriter())
        {
            blob.CopyTo(writer);
            writer.Commit(taken.Blob.Digest);
        }
        LayerInfo unpacked = other.Storage.Layers.Unpack(Base(other).ChainId, taken.Blob, taken.Layer.DiffId);
        Assert.Equal(Describe(other.Storage.Layers.PathOf(unpacked.ChainId)), Describe(store.Storage.Layers.PathOf(taken.Layer.ChainId)));
        Assert.Equal(taken.Layer.Files, unpacked.Files);
    }

    [Fact]
    public void Commit_Twice_HasOneDigest()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo parent = Base(store);
        var options = new LayerCommitOptions { ClampTo = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000) };
        CommittedLayer one = store.Storage.Layers.Commit(parent.ChainId, Upper(store, "one"), options);
        CommittedLayer two = store.Storage.Layers.Commit(parent.ChainId, Upper(store, "two"), options with { Take = true });
        Assert.Equal(one.Blob.Digest, two.Blob.Digest);
        Assert.Equal(one.Layer, two.Layer);
        Assert.True(Directory.Exists(store.Outside("one")));
        Assert.False(Directory.Exists(store.Outside("two")));
        Assert.Empty(Staged(store));
    }

    [Fact]
    public void Pack_OfALayerWithoutABlob_GivesTheBlobThatCommitWouldHaveMade()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo parent = Base(store);
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000);
        CommittedLayer committed = store.Storage.Layers.Commit(parent.ChainId, Upper(store, "one"), new() { ClampTo = time });
        store.Storage.Layers.Delete(committed.Layer.ChainId);
        store.Storage.Blobs.Delete(committed.Blob.Digest);

        LayerInfo settled = store.Storage.Layers.Settle(parent.ChainId, Upper(store, "two"), time);

        Assert.Equal(committed.Layer, settled);
        Assert.Equal(committed.Blob, store.Storage.Layers.Pack(settled.ChainId, time));
    }

    [Fact]
    public void Graft_PutsALayerOntoAnother_ItsFilesTheSameFiles_AndBothAreWhole()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerInfo parent = Base(store);
        CommittedLayer layer = store.Storage.Layers.Commit(null, Upper(store, "one"), new() { Take = true });

        LayerInfo grafted = store.Storage.Layers.Graft(layer.Layer.ChainId, parent.ChainId);

        Assert.Equal(LayerStore.ChainIdOf(parent.ChainId, layer.Layer.DiffId), grafted.ChainId);
        Assert.Equal(Describe(store.Storage.Layers.PathOf(layer.Layer.ChainId)), Describe(store.Storage.Layers.PathOf(grafted.ChainId)));
        using DirFd one = DirFd.Open(store.Storage.Layers.PathOf(layer.Layer.ChainId)), two = DirFd.Open(store.Storage.Layers.PathOf(grafted.ChainId));
        Assert.True(one.OpenDirectory("etc"u8).Status("conf"u8).IsSameFileAs(two.OpenDirectory("etc"u8).Status("conf"u8)));
        Assert.Empty(store.Storage.Layers.Verify(null, new(layer.Blob, layer.Layer.DiffId), replace: false).Differences);
    }

    [Fact]
    public void Commit_OpaqueMarks_StandOnlyWhereTheyHideSomething()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        CommittedLayer layer = store.Storage.Layers.Commit(Base(store).ChainId, Upper(store, "u"), new());
        using Stream plain = Slipway.Store.Archives.Compression.OpenRead(store.Storage.Blobs.OpenRead(layer.Blob.Digest));
        var reader = new Slipway.Store.Archives.TarEntryReader(plain);
        var names = new List<string>();
        while (reader.Next() is { } entry)
            names.Add(Encoding.UTF8.GetString(entry.Name));
        Assert.Equal([".wh.gone", "etc/", "etc/conf", "fresh/", "fresh/file", "fresh/second", "old/", "old/.wh..wh..opq"], names.Order(StringComparer.Ordinal));
        Assert.Equal(["etc/", "etc/conf", "fresh/", "fresh/file", "fresh/second", ".wh.gone", "old/", "old/.wh..wh..opq"], names);
    }

    [Fact]
    public void Commit_NameLikeAWhiteout_IsRefused()
    {
        using var store = new TempStore();
        string upper = Directory.CreateDirectory(store.Outside("u")).FullName;
        File.WriteAllText(Path.Join(upper, ".wh.x"), "");
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => store.Storage.Layers.Commit(null, upper, new())).Kind);
    }

    // Everything that an image's user can see of a tree.
    private static List<string> Describe(string tree)
    {
        var lines = new List<string>();
        using DirFd root = DirFd.Open(tree);
        Describe(root, "", lines);
        return lines;
    }

    private static void Describe(DirFd directory, string path, List<string> lines)
    {
        FileStatus self = directory.Status();
        lines.Add($"{path}/ {self.Mode} {self.Uid} {self.Gid} {self.Modified} {string.Join(' ', directory.Handle.ListXattrs().Select(Encoding.UTF8.GetString))}");
        foreach (DirEntry entry in directory.List(sorted: true))
        {
            FileStatus status = directory.Status(entry.Name);
            string name = $"{path}/{Encoding.UTF8.GetString(entry.Name)}";
            if (status.IsDirectory)
            {
                using DirFd child = directory.OpenDirectory(entry.Name);
                Describe(child, name, lines);
            }
            else
            {
                lines.Add($"{name} {status.Type} {status.Mode} {status.Size} {status.Links} {(status.Type == FileType.CharacterDevice ? default : status.Modified)}");
            }
        }
    }
}

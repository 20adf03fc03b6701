using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Layers;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Layers;

public sealed class UnpackAllTests
{
    private static LayerSource Source(TempStore store, byte[] tar, Task? arrival = null)
    {
        (Descriptor blob, Digest diffId) = LayerStoreTests.Put(store, tar);
        return new(blob, diffId, arrival);
    }

    // The lowest takes longest, and each of the others depends on what lies below: its arrival is the last.
    [Fact]
    public async Task UnpackAll_UpperLayersFirst_HaveWhatTheirParentsSay()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        var late = new TaskCompletionSource();
        LayerSource[] sources =
        [
            Source(store, new TarBuilder().Header("tmp/", '5', mode: "0001777", uid: 5).File("old").End(), late.Task),
            Source(store, new TarBuilder().File("tmp/x").End()),
            Source(store, new TarBuilder().File(".wh..wh..opq", "").File("tmp/y").End()),
        ];

        Task<IReadOnlyList<LayerInfo>> all = Task.Run(() => store.Storage.Layers.UnpackAll(sources));
        late.SetResult();
        IReadOnlyList<LayerInfo> layers = await all;

        string middle = store.Storage.Layers.PathOf(layers[1].ChainId), top = store.Storage.Layers.PathOf(layers[2].ChainId);
        Assert.Equal((0x3ffu, 5u), (TempTree.Status(middle + "/tmp").Mode, TempTree.Status(middle + "/tmp").Uid));
        Assert.Equal(FileType.CharacterDevice, TempTree.Status(top + "/old").Type);
        Assert.Equal([null, layers[0].ChainId, layers[1].ChainId], layers.Select(l => l.Parent));
        Assert.Empty(LayerStoreTests.Staged(store));
    }

    [Fact]
    public void UnpackAll_OneByOne_MakesTheSameLayers()
    {
        TempTree.RequireRoot();
        using TempStore together = new(), alone = new();
        byte[][] tars = [.. Enumerable.Range(0, 5).Select(i => new TarBuilder().File($"d/f{i}").File(".wh.d2", "").End())];

        IReadOnlyList<LayerInfo> all = together.Storage.Layers.UnpackAll([.. tars.Select(t => Source(together, t))]);

        LayerInfo? below = null;
        foreach ((byte[] tar, LayerInfo layer) in tars.Zip(all))
        {
            (Descriptor blob, Digest diffId) = LayerStoreTests.Put(alone, tar);
            below = alone.Storage.Layers.Unpack(below?.ChainId, blob, diffId);
            Assert.Equal(below, layer);
        }
    }

    [Fact]
    public void UnpackAll_OneIsDamaged_SaysWhichAndLeavesNoStaging()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerSource good = Source(store, new TarBuilder().File("a").End());
        LayerSource bad = good with { DiffId = Digest.Of("wrong"u8) };

        var error = Assert.Throws<SlipwayException>(() => store.Storage.Layers.UnpackAll([good, bad, Source(store, new TarBuilder().File("c").End())]));

        Assert.Equal(ErrorKind.Corrupt, error.Kind);
        Assert.Contains(bad.DiffId.ToString(), error.Message);
        Assert.Empty(LayerStoreTests.Staged(store));
    }

    [Fact]
    public void UnpackAll_ArrivalFails_SaysWhy()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        var lost = Task.FromException(new SlipwayException(ErrorKind.Internal, "the line was cut"));

        var error = Assert.Throws<SlipwayException>(() =>
            store.Storage.Layers.UnpackAll([Source(store, new TarBuilder().File("a").End()), Source(store, new TarBuilder().File("b").End(), lost)]));

        Assert.Equal("the line was cut", error.Message);
        Assert.Empty(LayerStoreTests.Staged(store));
    }

    [Fact]
    public void UnpackAll_UnpackedAlready_WaitsForNoBlob()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        LayerSource source = Source(store, new TarBuilder().File("a").End());
        IReadOnlyList<LayerInfo> first = store.Storage.Layers.UnpackAll([source]);

        Assert.Equal(first, store.Storage.Layers.UnpackAll([source with { Arrival = new TaskCompletionSource().Task }]));
    }
}

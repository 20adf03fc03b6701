using Slipway.Oci;
using Slipway.Store.Gc;
using Slipway.Store.Images;
using Slipway.Store.Leases;
using Xunit;

namespace Slipway.Store.Tests.Gc;

public sealed class CollectorTests : IDisposable
{
    private readonly TempStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Collect_NothingRefersToALayer_RemovesItAndWhatItStoodOn()
    {
        ImageRecord image = _store.Image("lower", "upper");
        Collected collected = _store.Storage.Images.Delete(image.Id);
        Assert.Equal(image.ChainIds.Select(c => c.Hex).Order(), collected.Layers.Select(c => c.Hex).Order());
        Assert.Equal(4, collected.Blobs.Count);
        AssertLayers();
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Tmp));
        Assert.Empty(_store.Storage.Collector.Collect().Layers);
    }

    [Fact]
    public void Collect_PinnedLayer_StaysWithItsParentsUntilUnpinned()
    {
        ImageRecord image = _store.Image("lower", "upper");
        _store.Storage.Leases.Pin("container/1", [image.ChainIds[1]]);
        Assert.Empty(_store.Storage.Images.Delete(image.Id).Layers);
        AssertLayers([.. image.ChainIds]);
        _store.Storage.Leases.Unpin("container/1");
        Assert.Equal(2, _store.Storage.Collector.Collect().Layers.Count);
    }

    [Fact]
    public void Collect_LeasedLayer_Stays()
    {
        ImageRecord image = _store.Image("lower", "upper");
        using (Lease lease = _store.Storage.Leases.Acquire("test"))
        {
            lease.AddLayer(image.ChainIds[0]);
            _store.Storage.Images.Delete(image.Id);
            AssertLayers(image.ChainIds[0]);
        }
        _store.Storage.Collector.Collect();
        AssertLayers();
    }

    [Fact]
    public void Collect_LayerOfTwoImages_StaysWithTheOther()
    {
        ImageRecord one = _store.Image("shared", "own"), two = _store.Image("shared");
        Assert.Equal([one.ChainIds[1]], _store.Storage.Images.Delete(one.Id).Layers);
        AssertLayers(two.ChainIds[0]);
        Assert.NotNull(_store.Storage.Layers.Find(two.ChainIds[0]));
    }

    [Fact]
    public void Collect_KilledAfterTheRowWent_TheNextTakesTheRest()
    {
        ImageRecord image = _store.Image("lower");
        // As Delete leaves it when it is killed between its two steps.
        _store.Storage.Database.Execute("DELETE FROM images WHERE id = @id", ("@id", image.Id));
        using ImageStorage other = _store.Open();
        Assert.Single(other.Collector.Collect().Layers);
        Assert.Empty(other.Blobs.List());
    }

    [Fact]
    public void Sweep_StagingOfADeadProcess_IsRemovedAndThatOfALivingOneStays()
    {
        Directory.CreateDirectory(Path.Join(_store.Paths.Tmp, "gone-x/deep/er"));
        File.WriteAllText(Path.Join(_store.Paths.Ingest, "half"), "half");
        // Only what is older than the oldest lease by more than a second is surely not its own.
        using (Lease lease = _store.Storage.Leases.Acquire("test"))
        {
            _store.Storage.Collector.Sweep();
            Assert.Single(Directory.GetFileSystemEntries(_store.Paths.Tmp));
            Assert.Single(Directory.GetFileSystemEntries(_store.Paths.Ingest));
        }
        _store.Storage.Collector.Sweep();
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Tmp));
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Ingest));
    }

    [Fact]
    public void Open_AfterAKillDuringALoad_LeavesNothingOfIt()
    {
        _store.Storage.Database.Execute("INSERT INTO leases(id, what, created) VALUES('dead', 'load', 0)");
        File.WriteAllText(Path.Join(_store.Paths.LeaseLocks, "dead"), "");
        Directory.CreateDirectory(Path.Join(_store.Paths.Tmp, "unpacking/fs"));
        File.WriteAllText(Path.Join(_store.Paths.Ingest, "half"), "half");
        using ImageStorage other = _store.Open();
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Tmp));
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Ingest));
    }

    private void AssertLayers(params Digest[] chainIds) =>
        Assert.Equal(chainIds.Select(c => c.Hex).Order(), Directory.GetDirectories(_store.Paths.Layers).Select(Path.GetFileName).Order());
}

using Slipway.Oci;
using Slipway.Store.Gc;
using Slipway.Store.Images;
using Slipway.Store.Leases;
using Xunit;

namespace Slipway.Store.Tests.Gc;

/// <summary>Collections that look only at what somebody has let go, so that they cost by that and not by what the store holds.</summary>
public sealed class TargetedCollectionTests : IDisposable
{
    private readonly TempStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Delete_SeveralImages_OneCollectionTakesWhatTheyShared()
    {
        ImageRecord one = _store.Image("shared", "one"), two = _store.Image("shared", "two"), other = _store.Image("other");

        Collected collected = _store.Storage.Images.Delete(forget =>
        {
            forget(one.Id);
            forget(two.Id);
        });

        Assert.Equal(one.ChainIds.Union(two.ChainIds).Select(c => c.Hex).Order(), collected.Layers.Select(c => c.Hex).Order());
        Assert.Equal([other.Id], _store.Storage.Images.List().Select(i => i.Id));
        Assert.Empty(_store.Storage.Collector.Collect().Blobs);
    }

    [Fact]
    public void Delete_WhatDecidesThrows_EverythingIsAsBefore()
    {
        ImageRecord image = _store.Image("layer");
        Assert.Throws<SlipwayException>(() => _store.Storage.Images.Delete(forget =>
        {
            forget(image.Id);
            throw new SlipwayException(ErrorKind.Conflict, "no");
        }));
        Assert.NotNull(_store.Storage.Images.Find(image.Id.ToString()));
        Assert.Empty(_store.Storage.Collector.Collect().Layers);
    }

    [Fact]
    public void Delete_LayerBelowALeasedOne_Stays()
    {
        ImageRecord image = _store.Image("lower", "middle", "upper");
        using Lease lease = _store.Storage.Leases.Acquire("test");
        lease.AddLayer(image.ChainIds[1]);
        Assert.Equal([image.ChainIds[2]], _store.Storage.Images.Delete(image.Id).Layers);
        Assert.NotNull(_store.Storage.Layers.Find(image.ChainIds[0]));
    }

    [Fact]
    public void Delete_GarbageOfOthers_IsNotLookedAt()
    {
        ImageRecord image = _store.Image("layer");
        Digest garbage = _store.LayerBlob("garbage").Digest;
        _store.Storage.Images.Delete(image.Id);
        Assert.True(_store.Storage.Blobs.Contains(garbage));
        Assert.Equal([garbage], _store.Storage.Collector.Collect().Blobs);
    }

    [Fact]
    public void UnderLease_Fails_TakesWhatItBroughtAndNotWhatWasThere()
    {
        ImageRecord image = _store.Image("layer");
        Digest brought = default;
        Assert.Throws<SlipwayException>(() => _store.Storage.Collector.UnderLease<int>("test", lease =>
        {
            lease.AddBlob(image.Id);
            brought = _store.LayerBlob("brought").Digest;
            throw new SlipwayException(ErrorKind.Corrupt, "no");
        }));
        Assert.False(_store.Storage.Blobs.Contains(brought));
        Assert.True(_store.Storage.Blobs.Contains(image.Id));
        Assert.Empty(Directory.GetFiles(_store.Paths.LeaseLocks));
    }

    [Fact]
    public void UnderLease_Succeeds_WhatNobodyRefersToGoes()
    {
        (ImageRecord image, Digest spare) = _store.Storage.Collector.UnderLease("test", _ => (_store.Image("layer"), _store.LayerBlob("spare").Digest));
        Assert.False(_store.Storage.Blobs.Contains(spare));
        Assert.NotNull(_store.Storage.Layers.Find(image.ChainIds[0]));
    }

    [Fact]
    public void UnderLease_WhatAnotherLeaseHolds_Stays()
    {
        using Lease other = _store.Storage.Leases.Acquire("other");
        Digest spare = _store.Storage.Collector.UnderLease("test", _ => _store.LayerBlob("spare").Digest);
        Assert.True(_store.Storage.Blobs.Contains(spare));
    }
}

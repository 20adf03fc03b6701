using System.Text;
using Slipway.Oci;
using Slipway.Store.Leases;
using Xunit;

namespace Slipway.Store.Tests.Leases;

public sealed class LeaseStoreTests : IDisposable
{
    private readonly TempStore _store = new();

    public void Dispose() => _store.Dispose();

    private Digest Write(string content) => _store.Storage.Blobs.Write(Encoding.UTF8.GetBytes(content)).Digest;

    [Fact]
    public void Acquire_WhatIsWrittenMeanwhile_IsNotCollected()
    {
        Digest before = Write("before");
        using (Lease lease = _store.Storage.Leases.Acquire("test"))
        {
            Digest during = Write("during");
            Assert.Equal([before], _store.Storage.Collector.Collect().Blobs);
            Assert.True(_store.Storage.Blobs.Contains(during));
        }
        Assert.Single(_store.Storage.Collector.Collect().Blobs);
        Assert.Empty(_store.Storage.Blobs.List());
    }

    [Fact]
    public void AddBlob_BlobOfAnEarlierTime_IsNotCollected()
    {
        Digest blob = Write("kept");
        using Lease lease = _store.Storage.Leases.Acquire("test");
        lease.AddBlob(blob);
        Assert.Empty(_store.Storage.Collector.Collect().Blobs);
    }

    [Fact]
    public void Open_LeaseOfALivingHolder_Stays()
    {
        using Lease lease = _store.Storage.Leases.Acquire("test");
        Digest blob = Write("kept");
        using ImageStorage other = _store.Open();
        Assert.Empty(other.Collector.Collect().Blobs);
        Assert.True(other.Blobs.Contains(blob));
    }

    [Fact]
    public void Open_LeaseOfADeadProcess_IsDroppedAndItsGarbageCollected()
    {
        // What a killed process leaves: the row, its items, the file without a lock on it.
        _store.Storage.Database.Execute("INSERT INTO leases(id, what, created) VALUES('dead', 'build', 0)");
        Digest blob = Write("orphan");
        _store.Storage.Database.Execute("INSERT INTO lease_items(lease, kind, digest) VALUES('dead', 0, @d)", ("@d", blob));
        File.WriteAllText(Path.Join(_store.Paths.LeaseLocks, "dead"), "");
        using ImageStorage other = _store.Open();
        Assert.False(other.Blobs.Contains(blob));
        Assert.Empty(Directory.GetFiles(_store.Paths.LeaseLocks));
    }

    [Fact]
    public void Open_AfterAStartOfTheMachine_CollectsWhatNothingRefersTo()
    {
        Digest blob = Write("never synced");
        _store.Storage.Database.Execute("UPDATE boot SET id = 'another boot'");
        using ImageStorage other = _store.Open();
        Assert.False(other.Blobs.Contains(blob));
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        Lease lease = _store.Storage.Leases.Acquire("test");
        lease.Dispose();
        lease.Dispose();
        lease.AddBlob(Digest.Of("late"u8));
        Assert.Empty(Directory.GetFiles(_store.Paths.LeaseLocks));
        Assert.Empty(_store.Storage.Database.Query("SELECT 1 FROM lease_items", _ => true));
    }

    [Fact]
    public void Pin_Layers_AreListedUntilUnpinned()
    {
        Digest layer = Digest.Of("layer"u8);
        _store.Storage.Leases.Pin("container/b", [layer]);
        _store.Storage.Leases.Pin("container/a", [layer, layer]);
        Assert.Equal(["container/a", "container/b"], _store.Storage.Leases.UsersOf(layer));
        _store.Storage.Leases.Unpin("container/a");
        Assert.Equal(["container/b"], _store.Storage.Leases.UsersOf(layer));
    }
}

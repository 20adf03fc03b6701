using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Store.Leases;

/// <summary>
/// Keeps what is being made from the collector until an image refers to it. Everything that this process puts into the store while
/// it holds a lease is under it; more can be added by hand. Dispose releases it; so does the death of the process.
/// </summary>
public sealed class Lease : IDisposable
{
    private readonly LeaseStore _store;
    private bool _disposed;

    internal Lease(LeaseStore store, string id, SafeFd @lock)
    {
        _store = store;
        Id = id;
        Lock = @lock;
    }

    internal string Id { get; }

    /// <summary>Locked as long as this process lives.</summary>
    internal SafeFd Lock { get; }

    /// <summary>Keeps a blob, whether it is there yet or not: add first, then look whether it is there.</summary>
    public void AddBlob(Digest digest) => _store.Add(Id, LeaseStore.Blob, digest);

    /// <summary>Keeps an unpacked layer and its parents, whether it is there yet or not: add first, then look whether it is there.</summary>
    public void AddLayer(Digest chainId) => _store.Add(Id, LeaseStore.Layer, chainId);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _store.Release(this);
    }
}

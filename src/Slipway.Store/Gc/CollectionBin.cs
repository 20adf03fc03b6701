using Slipway.Linux;
using Slipway.Oci;
using Slipway.Store.Blobs;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Store.Gc;

/// <summary>Where a collection puts what it takes out of place: one staging directory, made when there is something. Disposing empties it.</summary>
internal sealed class CollectionBin(StorePaths paths, BlobStore blobs, LayerStore layers) : IDisposable
{
    private StagingDirectory? _staging;

    private StagingDirectory Staging => _staging ??= StagingDirectory.Create(paths);

    public void Take(LayerInfo layer) => layers.TakeAway(layer.ChainId, Staging);

    public void Take(Digest blob)
    {
        try
        {
            blobs.TakeAway(blob, Staging);
        }
        catch (LinuxException e) when (ErrorText.IsFull(e))
        {
            // No room for another name: then it goes at once, which makes some.
            blobs.Delete(blob);
        }
    }

    /// <summary>Leaves the emptying to another process, where there is one that does it.</summary>
    public void TryHandOver(IBackgroundRemover? remover, LeaseStore leases)
    {
        if (remover is null || _staging is null)
            return;
        Lease lease = leases.Acquire("removal");
        if (remover.TryStart(_staging.Name, _staging.Directory.Handle, lease.Id, lease.Lock))
        {
            leases.HandOver(lease);
            _staging.Abandon();
        }
        else
        {
            lease.Dispose();
        }
    }

    public void Dispose() => _staging?.Dispose();
}

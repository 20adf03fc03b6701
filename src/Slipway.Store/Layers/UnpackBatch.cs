using Slipway.Store.Blobs;

namespace Slipway.Store.Layers;

/// <summary>
/// Layers whose trees are made at the same time, as many as there are processors. The first failure stops the others; disposing waits for
/// all of them and removes what nobody has waited for.
/// </summary>
internal sealed class UnpackBatch(StorePaths paths, BlobStore blobs, CancellationToken cancellation) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);
    private readonly Dictionary<int, Task<LayerUnpacking>> _running = [];

    public void Start(int index, LayerSource layer)
    {
        // Threads of their own: these wait for disks and decoders, and the pool is for what never waits.
        _running.Add(index, Task.Factory.StartNew(() => Place(layer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    /// <summary>The layer's tree, which is the caller's from here on.</summary>
    /// <exception cref="Oci.SlipwayException">What stopped it, or what stopped another before.</exception>
    public LayerUnpacking Wait(int index)
    {
        try
        {
            LayerUnpacking done = _running[index].GetAwaiter().GetResult();
            _running.Remove(index);
            return done;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Stopped because another failed: that is what there is to say.
            foreach (Task<LayerUnpacking> other in _running.Values)
            {
                other.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(CancellationToken.None);
                if (other.Exception?.InnerException is { } reason and not OperationCanceledException)
                    throw reason;
            }
            throw;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (Task<LayerUnpacking> task in _running.Values)
        {
            try
            {
                task.GetAwaiter().GetResult().Dispose();
            }
            catch (Exception e) when (e is OperationCanceledException or Oci.SlipwayException or IOException)
            {
                // What failed has removed its own, and the reason is on its way to the caller already.
            }
        }
        _slots.Dispose();
        _stop.Dispose();
    }

    private LayerUnpacking Place(LayerSource layer)
    {
        bool inside = false;
        LayerUnpacking? unpacking = null;
        try
        {
            layer.Arrival?.Wait(_stop.Token);
            _slots.Wait(_stop.Token);
            inside = true;
            unpacking = new LayerUnpacking(paths, layer);
            unpacking.Place(blobs, null, _stop.Token);
            return unpacking;
        }
        catch (Exception e)
        {
            unpacking?.Dispose();
            _stop.Cancel();
            if (e is AggregateException { InnerException: { } reason })
                throw reason;
            throw;
        }
        finally
        {
            if (inside)
                _slots.Release();
        }
    }
}

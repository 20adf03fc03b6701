using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Oci.Streams;
using Slipway.Registry;
using Slipway.Store.Blobs;

namespace Slipway.Engine.Images.Pulling;

/// <summary>Brings the blobs of layers into the store, some at a time. What has come stays, whatever becomes of the pull.</summary>
internal sealed class LayerFetch(BlobStore blobs, Repository repository, bool foreignLayers, int atOnce, Action<Digest, LayerStage, long, long> report) : IDisposable
{
    private const int CopyBuffer = 256 * 1024;
    private const long ReportStep = 512 * 1024;
    private readonly SemaphoreSlim _slots = new(atOnce);
    private readonly List<BlobIngest> _taken = [];

    /// <summary>Fetches one; done when the blob is in the store.</summary>
    /// <exception cref="SlipwayException">It could not be had, or was something else.</exception>
    public async Task RunAsync(Descriptor layer, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            BlobIngest? ingest = await blobs.IngestAsync(layer.Digest, layer.Size, () => report(layer.Digest, LayerStage.FetchedElsewhere, 0, layer.Size), cancellation).ConfigureAwait(false);
            if (ingest is not null)
            {
                lock (_taken)
                    _taken.Add(ingest);
                await FillAsync(ingest, layer, cancellation).ConfigureAwait(false);
            }
            report(layer.Digest, LayerStage.Downloaded, layer.Size, layer.Size);
        }
        catch (IOException e)
        {
            throw new SlipwayException(ErrorText.IsFull(e) ? ErrorKind.Exhausted : ErrorKind.Internal, $"fetch layer {layer.Digest}: {ErrorText.Of(e)}", e);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>An image refers to all of them.</summary>
    public void Forget()
    {
        lock (_taken)
            _taken.ForEach(ingest => ingest.Forget());
    }

    public void Dispose()
    {
        lock (_taken)
            _taken.ForEach(ingest => ingest.Dispose());
        _slots.Dispose();
    }

    private async Task FillAsync(BlobIngest ingest, Descriptor layer, CancellationToken cancellation)
    {
        while (true)
        {
            bool resumed = ingest.IsResumed;
            try
            {
                await CopyAsync(ingest, layer, cancellation).ConfigureAwait(false);
                ingest.Commit();
                return;
            }
            // What lay there may have been torn by a power cut: once more, from the start.
            catch (SlipwayException e) when (resumed && e.Kind == ErrorKind.Corrupt)
            {
                ingest.Restart();
            }
        }
    }

    private async Task CopyAsync(BlobIngest ingest, Descriptor layer, CancellationToken cancellation)
    {
        report(layer.Digest, LayerStage.Downloading, ingest.Offset, layer.Size);
        if (ingest.Offset == ingest.Size && ingest.Size > 0)
            return;
        using Stream bytes = await OpenAsync(layer, ingest.Offset, cancellation).ConfigureAwait(false);
        byte[] buffer = BufferPool.Rent(CopyBuffer);
        try
        {
            long reported = ingest.Offset;
            for (int read; (read = await bytes.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
            {
                ingest.Write(buffer.AsSpan(0, read));
                if (ingest.Offset - reported >= ReportStep)
                {
                    reported = ingest.Offset;
                    report(layer.Digest, LayerStage.Downloading, reported, layer.Size);
                }
            }
        }
        finally
        {
            BufferPool.Return(buffer);
        }
    }

    // A foreign layer lies where its manifest says, unless the registry has it all the same.
    private async Task<Stream> OpenAsync(Descriptor layer, long from, CancellationToken cancellation)
    {
        if (layer.Urls is not [{ } place, ..] || !MediaTypes.IsForeignLayer(layer.MediaType) || await repository.Blobs.FindAsync(layer.Digest, cancellation).ConfigureAwait(false) is not null)
            return repository.Blobs.OpenRead(layer, from);
        if (!foreignLayers)
        {
            throw new SlipwayException(ErrorKind.Denied, $"layer {layer.Digest} is not in the registry but at '{Printable.Escape(place)}'")
            {
                Hint = "to fetch such layers from where their manifest says, without credentials, put {\"foreign-layers\": true} into /etc/slipway/config.json",
            };
        }
        return repository.Blobs.OpenForeign(layer, place, from);
    }
}

using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry;
using Slipway.Store;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Engine.Images.Pulling;

/// <summary>
/// Pulls: (1) an endpoint that has the name, (2) from an index the manifest for the platform, (3) its configuration, (4) the layers, some at a
/// time, each unpacked as soon as it is there, (5) one sync and one transaction in which image, name and digest appear. What the store has is
/// not fetched. Killed or cut at any point, what came of the layers stays for the next try.
/// </summary>
internal sealed class ImagePuller(EngineContext context, RegistryManager registries, IPullProgress progress)
{
    private readonly Lock _reporting = new();

    private ImageStorage Store => context.Store;

    /// <exception cref="SlipwayException">It could not be had; with the name and what was being done.</exception>
    public async Task<IReadOnlyList<PullResult>> PullAsync(PullRequest request, CancellationToken cancellation)
    {
        Reference name = request.Image;
        Platform platform = request.Platform ?? Platform.Host;
        try
        {
            using RegistryClient client = registries.Open(request.Credentials);
            return await client.WithRepositoryAsync(name, RepositoryAccess.Read, [], async repository =>
            {
                List<PullResult> pulled = [];
                foreach (Reference each in request.AllTags ? await TagsAsync(repository, name, cancellation).ConfigureAwait(false) : [name])
                    pulled.Add(await PullOneAsync(repository, each, platform, request.Platform is not null, cancellation).ConfigureAwait(false));
                return pulled;
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SlipwayException or IOException)
        {
            throw PullError.Of(name, e, context.Options.LoginCommand);
        }
    }

    private static async Task<IReadOnlyList<Reference>> TagsAsync(Repository repository, Reference name, CancellationToken cancellation) =>
        [.. (await repository.Manifests.ListTagsAsync(cancellation).ConfigureAwait(false)).Select(name.WithTag)];

    private async Task<PullResult> PullOneAsync(Repository repository, Reference name, Platform platform, bool exact, CancellationToken cancellation)
    {
        PullResult result = await FindCurrentAsync(repository, name, platform, cancellation).ConfigureAwait(false)
            ?? await FetchAsync(repository, name, platform, exact, cancellation).ConfigureAwait(false);
        progress.End(result);
        return result;
    }

    // A HEAD, which registries that count pulls don't count, where we have what the name said the last time.
    private async Task<PullResult?> FindCurrentAsync(Repository repository, Reference name, Platform platform, CancellationToken cancellation)
    {
        if (name.Digest is not null || Store.Images.Find(name.ToString()) is not { } known || !IsFor(known.Config, platform))
            return null;
        Digest? now = await repository.Manifests.HeadAsync(name.Tag!, cancellation).ConfigureAwait(false);
        if (now is not { } digest || !Store.Images.DigestsOf(known.Id).Contains(name.WithDigest(digest)))
            return null;
        progress.Begin(name);
        Store.Images.Use([known.Id]);
        return new PullResult(name, known, digest, Changed: false);
    }

    private async Task<PullResult> FetchAsync(Repository repository, Reference name, Platform platform, bool exact, CancellationToken cancellation)
    {
        using Lease lease = Store.Leases.Acquire("pull");
        try
        {
            PulledManifest manifest = await PulledManifest.ReadAsync(repository, name, platform, cancellation).ConfigureAwait(false);
            // Not before: at an endpoint that doesn't answer nothing begins.
            progress.Begin(name);
            ImageDocuments image = await ReadDocumentsAsync(repository, manifest.Bytes, cancellation).ConfigureAwait(false);
            if (exact && !IsFor(image.Config, platform))
                throw new SlipwayException(ErrorKind.NotFound, $"image with reference {name.Familiar} was found but does not match the specified platform: wanted {platform}, actual: {image.Config.Platform}");
            using var fetch = new LayerFetch(Store.Blobs, repository, registries.Config.ForeignLayers, registries.DownloadsAtOnce, Report);
            await LayersAsync(image, fetch, cancellation).ConfigureAwait(false);
            Reference kept = name.Digest is { } pinned ? name.WithDigest(pinned) : name;
            Digest? before = Store.Images.Find(kept.ToString())?.Id;
            ImageRecord record = Store.Images.RecordPulled(image, [kept], name.Repository, [manifest.Digest]);
            fetch.Forget();
            return new PullResult(kept, record, manifest.Digest, before != record.Id);
        }
        catch
        {
            Store.Collector.CollectQuietly(lease);
            throw;
        }
    }

    // Into the store as they come, under the lease, and only then read: what they say is checked in one place.
    private async Task<ImageDocuments> ReadDocumentsAsync(Repository repository, byte[] manifestBytes, CancellationToken cancellation)
    {
        ImageManifest manifest = ImageDocuments.ReadManifest(manifestBytes);
        Store.Leases.Hold(manifest.Layers.Select(l => l.Digest).Append(manifest.Config.Digest));
        if (!Store.Blobs.Has(manifest.Config.Digest, manifest.Config.Size))
            Store.Blobs.Write(await repository.Blobs.ReadAsync(manifest.Config, ImageDocuments.MaxConfigBytes, cancellation).ConfigureAwait(false));
        Store.Blobs.Write(manifestBytes);
        return ImageDocuments.Read(manifestBytes, Store.Blobs);
    }

    private async Task LayersAsync(ImageDocuments image, LayerFetch fetch, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var arrivals = new Dictionary<Digest, Task>();
        var sources = new List<LayerSource>();
        foreach (LayerSource source in image.LayerSources)
        {
            if (!arrivals.TryGetValue(source.Blob.Digest, out Task? arrival))
            {
                bool present = Store.Blobs.Has(source.Blob.Digest, source.Blob.Size);
                Report(source.Blob.Digest, present ? LayerStage.Present : LayerStage.Waiting, 0, source.Blob.Size);
                arrivals.Add(source.Blob.Digest, arrival = present ? Task.CompletedTask : FetchOneAsync(fetch, source.Blob, stop));
            }
            sources.Add(source with { Arrival = arrival });
        }
        // Both to their end, whatever becomes of the other: the first failure stops the rest and is what is told.
        Task unpacking = Task.Factory.StartNew(() => UnpackAll(sources, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task all = Task.WhenAll([.. arrivals.Values, unpacking]);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        if (all.Exception?.InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        await all.ConfigureAwait(false);
        foreach (Descriptor layer in sources.Where(s => s.Arrival != Task.CompletedTask).Select(s => s.Blob).DistinctBy(b => b.Digest))
            Report(layer.Digest, LayerStage.Complete, layer.Size, layer.Size);
    }

    private static async Task FetchOneAsync(LayerFetch fetch, Descriptor layer, CancellationTokenSource stop)
    {
        try
        {
            // Off the caller's thread: taking up an earlier try reads and hashes it first.
            await Task.Run(() => fetch.RunAsync(layer, stop.Token), stop.Token).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void UnpackAll(IReadOnlyList<LayerSource> sources, CancellationTokenSource stop)
    {
        try
        {
            Store.Layers.UnpackAll(sources, stop.Token);
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }

    private void Report(Digest layer, LayerStage stage, long done, long size)
    {
        lock (_reporting)
            progress.Layer(layer, stage, done, size);
    }

    private static bool IsFor(ImageConfig config, Platform platform) => platform.Score(config.Platform) > 0;
}

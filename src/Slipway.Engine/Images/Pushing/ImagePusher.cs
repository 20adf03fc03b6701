using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry;
using Slipway.Registry.Auth;
using Slipway.Registry.Blobs;
using Slipway.Registry.Manifests;
using Slipway.Store;
using Slipway.Store.Images;
using Slipway.Store.Leases;

namespace Slipway.Engine.Images.Pushing;

/// <summary>
/// Pushes: (1) the layers, some at a time: what the registry has, here or in another repository that we know of, is not sent; (2) the
/// configuration; (3) the manifest under its tag, which makes it all one image. The bytes are those that the store keeps, never packed anew,
/// so the digest stays.
/// </summary>
internal sealed class ImagePusher(EngineContext context, RegistryManager registries, IPushProgress progress)
{
    private const int MaxMountSources = 4;
    private readonly Lock _reporting = new();

    private ImageStorage Store => context.Store;

    /// <exception cref="SlipwayException">It could not be brought there; with the name and what was being done.</exception>
    public Task PushAsync(IReadOnlyList<(Reference Name, ImageRecord Image)> images, CancellationToken cancellation, ICredentialSource? credentials = null) =>
        PushAsync(images[0].Name, [.. images.Select(i => i.Image)], credentials, async (repository, sources) =>
        {
            foreach ((Reference name, ImageRecord image) in images)
            {
                progress.Begin(name);
                if (await FindIndexAsync(repository, name, image, cancellation).ConfigureAwait(false) is { } index)
                {
                    progress.End(name, index.Digest, index.Bytes.Length);
                    continue;
                }
                int size = await PushOneAsync(repository, name.Tag!, image, sources, cancellation).ConfigureAwait(false);
                Store.Images.AddDigest(image.Id, name.Repository, image.Id);
                progress.End(name, image.Id, size);
            }
        });

    /// <summary>Pushes images of several platforms by their digests, and what leads to them under the name.</summary>
    /// <exception cref="SlipwayException">It could not be brought there; with the name and what was being done.</exception>
    public Task PushAsync(Reference name, PlatformImages images, CancellationToken cancellation, ICredentialSource? credentials = null) =>
        PushAsync(name, images.Images, credentials, async (repository, sources) =>
        {
            progress.Begin(name);
            foreach (ImageRecord image in images.Images)
                await PushOneAsync(repository, image.Id.ToString(), image, sources, cancellation).ConfigureAwait(false);
            await repository.Manifests.PutAsync(name.Tag!, new ManifestDocument(images.Id, MediaTypes.Index, images.Index), cancellation).ConfigureAwait(false);
            progress.End(name, images.Id, images.Index.Length);
        });

    private async Task PushAsync(Reference first, IReadOnlyList<ImageRecord> images, ICredentialSource? credentials, Func<Repository, MountSources, Task> push)
    {
        try
        {
            using Lease lease = Store.Leases.Acquire("push");
            // The layers too: of their trees blobs are made that are not kept.
            foreach (Digest layer in images.SelectMany(i => i.ChainIds))
                lease.AddLayer(layer);
            Store.Leases.Hold(images.SelectMany(i => i.Manifest.Layers.Select(l => l.Digest).Append(i.Manifest.Config.Digest).Append(i.Id)));
            var sources = MountSources.Find(Store.Images, first, images.SelectMany(i => i.Manifest.Layers), MaxMountSources);
            using RegistryClient client = registries.Open(credentials);
            await client.WithRepositoryAsync(first, RepositoryAccess.Write, sources.Repositories, async repository =>
            {
                await push(repository, sources).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        catch (SlipwayException e)
        {
            throw PushError.Of(first, e, context.Options.LoginCommand);
        }
    }

    // Of several platforms' images the store has this machine's, and the registry may have under the name what leads to them all: the image alone in its place would
    // take the others' from whoever pulls the name. Clients push so after a build whose push was ours already.
    private async Task<ManifestDocument?> FindIndexAsync(Repository repository, Reference name, ImageRecord image, CancellationToken cancellation)
    {
        Digest[] known = [.. Store.Images.DigestsOf(image.Id).Where(reference => reference.Repository == name.Repository).Select(reference => reference.Digest!.Value).Where(digest => digest != image.Id)];
        if (known.Length == 0 || await repository.Manifests.HeadAsync(name.Tag!, cancellation).ConfigureAwait(false) is not { } there || !known.Contains(there))
            return null;
        return await repository.Manifests.GetAsync(there, cancellation).ConfigureAwait(false);
    }

    private async Task<int> PushOneAsync(Repository repository, string tagOrDigest, ImageRecord image, MountSources sources, CancellationToken cancellation)
    {
        await LayersAsync(repository, image, sources, cancellation).ConfigureAwait(false);
        await repository.Uploads.UploadAsync(image.Manifest.Config, from => OpenAt(image.Manifest.Config.Digest, from), null, null, cancellation).ConfigureAwait(false);
        byte[] manifest = Store.Blobs.ReadAll(image.Id, ImageDocuments.MaxManifestBytes);
        await repository.Manifests.PutAsync(tagOrDigest, new ManifestDocument(image.Id, image.Manifest.MediaType ?? MediaTypes.Manifest, manifest), cancellation).ConfigureAwait(false);
        return manifest.Length;
    }

    private async Task LayersAsync(Repository repository, ImageRecord image, MountSources sources, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var slots = new SemaphoreSlim(registries.UploadsAtOnce);
        Task[] uploads = [.. image.Manifest.Layers.Zip(image.Config.Rootfs.DiffIds).DistinctBy(l => l.First.Digest).Select(l => UploadAsync(l.First, l.Second))];
        Task all = Task.WhenAll(uploads);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        if (all.Exception?.InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        await all.ConfigureAwait(false);

        async Task UploadAsync(Descriptor layer, Digest diffId)
        {
            Report(() => progress.Layer(diffId, 0, layer.Size));
            await slots.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                string? from = sources.Of(layer.Digest);
                UploadOutcome? outcome = await SendAsync(repository, layer, diffId, from, stop.Token).ConfigureAwait(false);
                Report(() => progress.LayerDone(diffId, outcome, from));
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
            finally
            {
                slots.Release();
            }
        }
    }

    // What may not be given on stays where its manifest says that it is.
    private async Task<UploadOutcome?> SendAsync(Repository repository, Descriptor layer, Digest diffId, string? from, CancellationToken cancellation)
    {
        if (MediaTypes.IsForeignLayer(layer.MediaType) && layer.Urls is { Count: > 0 })
            return await repository.Blobs.FindAsync(layer.Digest, cancellation).ConfigureAwait(false) is null ? null : UploadOutcome.Existed;
        return await repository.Uploads.UploadAsync(
            layer, at => OpenAt(layer.Digest, at), from, done => Report(() => progress.Layer(diffId, done, layer.Size)), cancellation).ConfigureAwait(false);
    }

    private Stream OpenAt(Digest digest, long from)
    {
        Stream content = Store.Blobs.OpenRead(digest);
        content.Position = from;
        return content;
    }

    private void Report(Action report)
    {
        lock (_reporting)
            report();
    }
}

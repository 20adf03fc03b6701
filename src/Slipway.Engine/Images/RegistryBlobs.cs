using Slipway.Engine.Images.Pulling;
using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry;

namespace Slipway.Engine.Images;

/// <summary>Single blobs from the repositories that are known to have an image with them.</summary>
internal sealed class RegistryBlobs(EngineContext context, RegistryManager registries)
{
    /// <summary>The first repository that says that it has the blob; null where none does, or none answers.</summary>
    public string? Find(Digest blob, CancellationToken cancellation) => First(blob, async repository =>
        await repository.Blobs.FindAsync(blob, cancellation).ConfigureAwait(false) is not null);

    /// <summary>Fetches a blob into the store, under the running leases of this process.</summary>
    /// <returns>The repository that it is from; null where it can't be had.</returns>
    public string? Fetch(Descriptor blob, CancellationToken cancellation) => First(blob.Digest, async repository =>
    {
        using var fetch = new LayerFetch(context.Store.Blobs, repository, registries.Config.ForeignLayers, registries.DownloadsAtOnce, static (_, _, _, _) => { });
        await fetch.RunAsync(blob, cancellation).ConfigureAwait(false);
        fetch.Forget();
        return true;
    });

    /// <summary>As <see cref="Fetch(Descriptor, CancellationToken)"/>, of a blob that some image here has.</summary>
    public bool Fetch(Digest blob)
    {
        Descriptor? layer = context.Store.Images.List().SelectMany(i => i.Manifest.Layers).FirstOrDefault(l => l.Digest == blob);
        return layer is not null && Fetch(layer, CancellationToken.None) is not null;
    }

    // A repository that is gone or does not answer is one that does not have it: the next may.
    private string? First(Digest blob, Func<Repository, Task<bool>> work)
    {
        using RegistryClient client = registries.Open();
        foreach (string name in context.Store.Images.RepositoriesWith(blob))
        {
            try
            {
                // The callers are ordinary code, and nothing here runs on a thread that others wait for.
                if (Task.Run(() => client.WithRepositoryAsync(Reference.Parse(name), RepositoryAccess.Read, [], work)).GetAwaiter().GetResult())
                    return name;
            }
            catch (SlipwayException)
            {
            }
        }
        return null;
    }
}

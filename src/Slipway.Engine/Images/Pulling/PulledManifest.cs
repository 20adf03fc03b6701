using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry;
using Slipway.Registry.Manifests;
using Slipway.Store.Images;

namespace Slipway.Engine.Images.Pulling;

/// <summary>From a name to one image's manifest: an index leads on, by digest, to the one for the platform.</summary>
/// <param name="Digest">What the name itself names: an index or the manifest.</param>
/// <param name="Bytes">The manifest.</param>
internal sealed record PulledManifest(Digest Digest, byte[] Bytes)
{
    // An index may hold an index; deeper nesting has no use and is where hostile ones hide.
    private const int MaxDepth = 4;
    private const string UnknownPlatform = "unknown";

    public static async Task<PulledManifest> ReadAsync(Repository repository, Reference name, Platform platform, CancellationToken cancellation)
    {
        ManifestDocument first = await NamedAsync(repository, name, cancellation).ConfigureAwait(false);
        ManifestDocument document = first;
        for (int depth = 0; document.IsIndex; depth++)
        {
            if (depth == MaxDepth)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"indexes are nested more than {MaxDepth} deep");
            Descriptor chosen = Choose(ImageDocuments.ReadIndex(document.Bytes), platform);
            document = await repository.Manifests.GetAsync(chosen.Digest, cancellation).ConfigureAwait(false);
            if (document.MediaType != chosen.MediaType || document.Bytes.Length != chosen.Size)
                throw new SlipwayException(ErrorKind.Corrupt, $"the manifest {chosen.Digest} is of type '{document.MediaType}' and {document.Bytes.Length} bytes, and the index says '{Linux.Printable.Escape(chosen.MediaType)}' and {chosen.Size}");
        }
        return new PulledManifest(first.Digest, document.Bytes);
    }

    /// <summary>What the name itself names.</summary>
    public static Task<ManifestDocument> NamedAsync(Repository repository, Reference name, CancellationToken cancellation) =>
        name.Digest is { } digest ? repository.Manifests.GetAsync(digest, cancellation) : repository.Manifests.GetAsync(name.Tag!, cancellation);

    private static Descriptor Choose(ImageIndex index, Platform platform)
    {
        // Build attestations stand in the same lists, under the platform unknown/unknown.
        Descriptor[] images = [.. index.Manifests.Where(d => (MediaTypes.IsManifest(d.MediaType) || MediaTypes.IsIndex(d.MediaType)) && d.Platform?.OS != UnknownPlatform)];
        // The first of the best: an index may name several for one platform, and the order is its maker's choice.
        Descriptor? best = images.Where(d => platform.Score(d.Platform) > 0).OrderByDescending(d => platform.Score(d.Platform)).FirstOrDefault();
        return best ?? (images is [{ Platform: null } only] ? only : null)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"no matching manifest for {platform} in the manifest list entries")
            {
                Hint = images.Length == 0 ? null : $"there are: {string.Join(", ", images.Where(d => d.Platform is not null).Select(d => Linux.Printable.Escape(d.Platform!.ToString())).Distinct().Take(20))}",
            };
    }
}

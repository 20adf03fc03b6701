using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Cli.Output;

/// <summary>A line of the list of images: docker's rule is one a tag, and one a repository that has the image without a tag.</summary>
/// <param name="Image">The image.</param>
/// <param name="Name">Null for one that has neither; without a tag where a repository only has it under a digest.</param>
/// <param name="Digest">Under which the name's repository has it, where that is asked for.</param>
internal sealed record ImageRow(ImageRecord Image, Reference? Name, Digest? Digest)
{
    /// <param name="images">In their order.</param>
    /// <param name="digests">Of each, under which registries have it.</param>
    /// <param name="withDigests">Whether digests are shown: then a tag has a line for each of its repository.</param>
    public static IEnumerable<ImageRow> Of(IReadOnlyList<ImageRecord> images, ILookup<Digest, Reference> digests, bool withDigests)
    {
        foreach (ImageRecord image in images)
        {
            List<Reference> pinned = digests.Contains(image.Id) ? [.. digests[image.Id].Union(image.Names.Where(n => n.Digest is not null))] : [.. image.Names.Where(n => n.Digest is not null)];
            if (image.Names.Count == 0 && pinned.Count == 0)
                yield return new(image, null, null);
            foreach (Reference name in image.Names)
            {
                if (name.Digest is not null)
                    continue;
                List<Reference> own = withDigests ? pinned.FindAll(p => p.Repository == name.Repository) : [];
                if (own.Count == 0)
                    yield return new(image, name, null);
                foreach (Reference pin in own)
                    yield return new(image, name, pin.Digest);
            }
            foreach (Reference pin in pinned.Where(p => !image.Names.Any(n => n.Digest is null && n.Repository == p.Repository)).DistinctBy(p => withDigests ? p.ToString() : p.Repository))
                yield return new(image, pin, withDigests ? pin.Digest : null);
        }
    }
}

using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Blobs;

namespace Slipway.Store.Images.Archives;

/// <summary>The images of an OCI image layout (image-spec, image-layout.md).</summary>
internal sealed class OciLayoutReader(ArchiveContents contents, BlobStore blobs)
{
    // An index of a layout may point at an index with platforms; deeper nesting has no use and is where hostile ones hide.
    private const int MaxDepth = 4;
    private const string UnknownPlatform = "unknown";

    /// <summary>Every image that index.json names: of an image for several platforms the one for this machine.</summary>
    public IReadOnlyList<ArchivedImage> Read(byte[] indexBytes)
    {
        ImageIndex index = ImageDocuments.ReadIndex(indexBytes);
        var images = new Dictionary<Digest, ArchivedImage>();
        foreach (IGrouping<string, Descriptor> sameName in index.Manifests.Where(IsImage).GroupBy(d => string.Join(' ', NamesOf(d).Select(n => n.ToString())), StringComparer.Ordinal))
        {
            foreach (Descriptor descriptor in ForThisHost([.. sameName]))
                Add(images, descriptor);
        }
        return [.. images.Values];
    }

    private void Add(Dictionary<Digest, ArchivedImage> images, Descriptor descriptor)
    {
        (byte[] manifest, Descriptor chosen) = ReadManifest(descriptor, MaxDepth);
        IReadOnlyList<Reference> names = NamesOf(descriptor);
        if (images.TryGetValue(chosen.Digest, out ArchivedImage? known))
        {
            images[chosen.Digest] = known with { Names = [.. known.Names.Union(names)] };
            return;
        }
        // Presence and sizes first: the configuration is read by what the manifest says of it.
        ImageManifest parsed = ImageDocuments.ReadManifest(manifest);
        contents.RequireBlob(parsed.Config, "configuration");
        foreach (Descriptor layer in parsed.Layers)
            contents.RequireBlob(layer, "layer");
        images.Add(chosen.Digest, new ArchivedImage(ImageDocuments.Read(manifest, blobs), names));
    }

    private (byte[] Manifest, Descriptor Chosen) ReadManifest(Descriptor descriptor, int depth)
    {
        if (depth == 0)
            throw Refused("the image index", $"indexes are nested more than {MaxDepth} deep");
        byte[] bytes = contents.ReadBlob(descriptor, "manifest", ImageDocuments.MaxManifestBytes);
        if (descriptor.MediaType is MediaTypes.Manifest or MediaTypes.DockerManifest)
        {
            RequireSameType(descriptor, ImageDocuments.ReadManifest(bytes).MediaType);
            return (bytes, descriptor);
        }
        ImageIndex index = ImageDocuments.ReadIndex(bytes);
        RequireSameType(descriptor, index.MediaType);
        // Archives often hold one platform of an image whose index names them all.
        Descriptor[] present = [.. index.Manifests.Where(d => IsImage(d) && contents.HasBlob(d.Digest))];
        return ForThisHost(present) switch
        {
            [] => throw Refused($"the image index {descriptor.Digest}", "none of its images is in the archive"),
            [Descriptor one] => ReadManifest(one, depth - 1),
            [Descriptor first, ..] when IsHost(first.Platform) => ReadManifest(first, depth - 1),
            _ => throw Refused($"the image index {descriptor.Digest}", $"none of its images is for {Platform.Host}"),
        };
    }

    /// <summary>Those for this machine; where there are none, all.</summary>
    private static Descriptor[] ForThisHost(Descriptor[] candidates)
    {
        Descriptor[] mine = [.. candidates.Where(d => IsHost(d.Platform))];
        return mine.Length > 0 ? mine : candidates;
    }

    private static bool IsHost(Platform? platform) => platform?.OS == Platform.Host.OS && platform.Architecture == Platform.Host.Architecture;

    // Build attestations stand in the same lists, under the platform unknown/unknown.
    private static bool IsImage(Descriptor descriptor) =>
        descriptor.MediaType is MediaTypes.Manifest or MediaTypes.DockerManifest or MediaTypes.Index or MediaTypes.DockerManifestList
        && descriptor.Platform?.OS != UnknownPlatform;

    private static void RequireSameType(Descriptor descriptor, string? inDocument)
    {
        if (inDocument is not null && inDocument != descriptor.MediaType)
            throw Refused($"the document {descriptor.Digest}", $"it says that it is '{Printable.Escape(inDocument)}', and what points at it says '{Printable.Escape(descriptor.MediaType)}'");
    }

    private static IReadOnlyList<Reference> NamesOf(Descriptor descriptor)
    {
        if (descriptor.Annotations is not { } annotations)
            return [];
        if (annotations.TryGetValue(ArchiveNames.ContainerdName, out string? whole) && whole is not null)
            return [ArchivedName.Parse(whole)];
        // Free text by the specification: a bare word is a tag of something that is not said, and no name.
        return annotations.TryGetValue(ArchiveNames.RefName, out string? text) && text is not null && text.AsSpan().ContainsAny('/', ':')
            && Reference.TryParse(text, out Reference? name) && name.Digest is null ? [name] : [];
    }

    private static SlipwayException Refused(string what, string why) => new(ErrorKind.InvalidArgument, $"load {what}: {why}");
}

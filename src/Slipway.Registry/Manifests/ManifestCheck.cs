using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Oci.Json;

namespace Slipway.Registry.Manifests;

/// <summary>
/// Makes sure that a document means one thing (invariant I7, CVE-2021-41190): it is what its digest says, and the registry's Content-Type, the
/// document's own mediaType and the members that it has agree.
/// </summary>
internal static class ManifestCheck
{
    /// <param name="bytes">The document.</param>
    /// <param name="contentType">What the registry calls it; null where it says nothing.</param>
    /// <param name="where">For errors.</param>
    /// <exception cref="RegistryException">Corrupt or NotSupported: refused.</exception>
    public static ManifestDocument Check(byte[] bytes, string? contentType, string where)
    {
        if (contentType is MediaTypes.DockerManifestV1 or MediaTypes.DockerManifestV1Signed)
            throw new RegistryException(ErrorKind.NotSupported, $"{where}: it is a manifest of Docker's schema 1, which is no longer read: push the image anew with a current tool");
        Shape shape = JsonReader.Read(bytes, "the registry's manifest", ErrorKind.Corrupt, ReadShape);
        if (shape.HasManifests && (shape.HasLayers || shape.HasConfig))
            throw Refused($"{where}: the document is a manifest and an index at once");
        bool isIndex = shape.HasManifests;
        // Registries that keep plain files say text/plain or the like: then the document itself has to.
        bool known = MediaTypes.IsManifest(contentType) || MediaTypes.IsIndex(contentType);
        string mediaType = (known ? contentType : shape.MediaType) ?? (isIndex ? MediaTypes.Index : MediaTypes.Manifest);
        if (shape.MediaType is not null && shape.MediaType != mediaType)
            throw Refused($"{where}: the document says that it is '{ShownText.Of(shape.MediaType)}', and the registry says '{mediaType}'");
        if (!MediaTypes.IsManifest(mediaType) && !MediaTypes.IsIndex(mediaType))
            throw new RegistryException(ErrorKind.NotSupported, $"{where}: '{ShownText.Of(mediaType)}' is not a container image");
        if (MediaTypes.IsIndex(mediaType) != isIndex)
            throw Refused($"{where}: the registry says that it is '{mediaType}', and what it has is {(isIndex ? "an index's" : "a manifest's")}");
        return new ManifestDocument(Digest.Of(bytes), mediaType, bytes);
    }

    private static RegistryException Refused(string message) => new(ErrorKind.Corrupt, message);

    private static Shape? ReadShape(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var shape = new Shape();
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "mediaType": shape.MediaType = json.String(); break;
                case "manifests": shape.HasManifests = true; json.Skip(); break;
                case "layers" or "fsLayers": shape.HasLayers = true; json.Skip(); break;
                case "config": shape.HasConfig = true; json.Skip(); break;
                default: json.Skip(); break;
            }
        }
        return shape;
    }

    private sealed class Shape
    {
        public string? MediaType { get; set; }
        public bool HasManifests { get; set; }
        public bool HasLayers { get; set; }
        public bool HasConfig { get; set; }
    }
}

using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Registry.Manifests;

/// <summary>A manifest or an index as it came: its bytes are its identity.</summary>
/// <param name="Digest">Of the bytes.</param>
/// <param name="MediaType">One of <see cref="MediaTypes"/>: what the registry says, and what the document says where it does.</param>
/// <param name="Bytes">As they came.</param>
public sealed record ManifestDocument(Digest Digest, string MediaType, byte[] Bytes)
{
    /// <summary>Whether it lists manifests for several platforms.</summary>
    public bool IsIndex => MediaTypes.IsIndex(MediaType);
}

using Slipway.Oci;

namespace Slipway.Store.Gc;

/// <summary>What a collection removed.</summary>
/// <param name="Blobs">Blobs that are gone.</param>
/// <param name="Layers">Layers that are gone, by chain id.</param>
/// <param name="Bytes">Bytes of disk that this freed, in blocks.</param>
public sealed record Collected(IReadOnlyList<Digest> Blobs, IReadOnlyList<Digest> Layers, long Bytes);

using Slipway.Oci;

namespace Slipway.Store.Gc;

/// <summary>What a collection looks at: what has lost somebody who referred to it. What nobody let go need not be looked at.</summary>
/// <param name="Blobs">Blobs, by digest.</param>
/// <param name="Layers">Layers, by chain id.</param>
internal sealed record Suspects(IReadOnlyList<Digest> Blobs, IReadOnlyList<Digest> Layers);

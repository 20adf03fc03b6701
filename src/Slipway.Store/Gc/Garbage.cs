using Slipway.Oci;

namespace Slipway.Store.Gc;

/// <summary>A layer or a blob that nothing refers to.</summary>
/// <param name="IsLayer">An unpacked layer, by chain id; else a blob.</param>
/// <param name="Digest">Its name.</param>
/// <param name="Bytes">What it takes on the disk.</param>
/// <param name="Changed">When it came.</param>
public sealed record Garbage(bool IsLayer, Digest Digest, long Bytes, DateTimeOffset Changed);

using Slipway.Oci;

namespace Slipway.Store.Blobs;

/// <summary>What an earlier try of a fetch has left for the next.</summary>
/// <param name="Digest">Of the whole blob.</param>
/// <param name="DiskBytes">What is there of it takes so much on the disk.</param>
/// <param name="Changed">When the last byte came.</param>
public sealed record UnfinishedBlob(Digest Digest, long DiskBytes, DateTimeOffset Changed);

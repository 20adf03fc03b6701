using Slipway.Oci;

namespace Slipway.Store.Archives;

/// <summary>A member of a gzip blob: packed by itself, so that a blob with the same plain bytes in it can have it again.</summary>
/// <param name="Plain">Digest of its plain bytes.</param>
/// <param name="Packed">Digest of it as it stands in the blob.</param>
/// <param name="Length">Bytes in the blob.</param>
public sealed record PackedMember(Digest Plain, Digest Packed, int Length);

/// <summary>A blob and its members, in their order.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Members">All of them.</param>
public sealed record PackedBlob(Digest Blob, IReadOnlyList<PackedMember> Members);

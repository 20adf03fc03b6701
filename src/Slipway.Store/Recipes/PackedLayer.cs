using Slipway.Oci;

namespace Slipway.Store.Recipes;

/// <summary>A layer that is kept twice: unpacked, and as the blob that it came as.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Bytes">What it occupies: disk blocks, in bytes.</param>
/// <param name="ChainId">The unpacked layer.</param>
/// <param name="DiffId">The digest of the blob's plain tar.</param>
/// <param name="Images">The images that have the blob.</param>
public sealed record PackedLayer(Digest Blob, long Bytes, Digest ChainId, Digest DiffId, IReadOnlyList<Digest> Images);

/// <summary>What became of the blob.</summary>
public enum CompactionOutcome
{
    /// <summary>It stays, for a reason.</summary>
    Kept,

    /// <summary>It was dropped, or would be: it can be made again of the layer's tree, which was tried.</summary>
    Rebuildable,

    /// <summary>It was dropped, or would be: a registry has it.</summary>
    InRegistry,
}

/// <summary>What a compaction came to.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Outcome">What became of its blob.</param>
/// <param name="FreedBytes">Disk blocks that this frees, in bytes: the blob's less the recipe's. 0 where it stays.</param>
/// <param name="RecipeBytes">Disk blocks of the recipe, in bytes.</param>
/// <param name="Reason">Why it stays, or what it can be made of.</param>
public sealed record CompactedLayer(PackedLayer Layer, CompactionOutcome Outcome, long FreedBytes, long RecipeBytes, string Reason);

/// <summary>How a layer's blob is dropped.</summary>
public sealed record CompactionOptions
{
    /// <summary>Does everything but dropping it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Says which repository has a blob that can't be made again, after asking it; null where none has. Null: such a blob stays.</summary>
    public Func<PackedLayer, string?>? FindInRegistry { get; init; }
}

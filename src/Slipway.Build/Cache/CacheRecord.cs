using Slipway.Oci;

namespace Slipway.Build.Cache;

/// <summary>Something that the cache of builds holds.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Layer">The layer that it keeps; null where the step made none.</param>
/// <param name="Description">The instruction.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Used">When a build last used it.</param>
/// <param name="Uses">How many builds used it, the one that made it included.</param>
/// <param name="Bytes">Disk blocks of its layer, in bytes; 0 where another record counts them.</param>
/// <param name="IsShared">Whether an image has the layer too: giving the record up frees nothing then.</param>
/// <param name="IsInUse">Whether a build that runs uses it.</param>
public sealed record CacheRecord(
    Digest Key, Digest? Layer, string Description, DateTimeOffset Created, DateTimeOffset Used, long Uses, long Bytes, bool IsShared, bool IsInUse)
{
    /// <summary>Whether it is what cache mounts share, not what a step made.</summary>
    public bool IsMount { get; init; }

    /// <summary>Whether it is a client's context, not what a step made.</summary>
    public bool IsContext { get; init; }

    /// <summary>The id of a <see cref="FailedStep"/>, where it is what one left; else null.</summary>
    public string? FailedStep { get; init; }

    /// <summary>Whether what it holds changes.</summary>
    public bool IsMutable => IsMount || IsContext;

    /// <summary>Docker's name for what it is.</summary>
    public string Type => IsMount ? "exec.cachemount" : IsContext ? "source.local" : FailedStep is not null ? "internal" : "regular";

    /// <summary>Short, for people: as long as buildx's ids.</summary>
    public string Id => Key.Hex[..25];
}

/// <summary>What a prune gave up.</summary>
/// <param name="Records">The records.</param>
/// <param name="FreedBytes">Bytes of disk that are free again, or will be in a moment.</param>
public sealed record CachePruned(IReadOnlyList<CacheRecord> Records, long FreedBytes);

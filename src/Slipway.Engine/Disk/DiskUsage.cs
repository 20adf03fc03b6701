namespace Slipway.Engine.Disk;

/// <summary>One line of <c>system df</c>.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Active">How many are in use.</param>
/// <param name="Bytes">What they occupy.</param>
/// <param name="Reclaimable">What removing the unused ones would free.</param>
public sealed record UsageLine(int Total, int Active, long Bytes, long Reclaimable);

/// <summary>What the store occupies, each byte once.</summary>
public sealed record DiskUsage
{
    /// <summary>Unpacked layers.</summary>
    public required UsageLine Images { get; init; }

    /// <summary>The same layers packed, as they travel, with the images' documents.</summary>
    public required UsageLine Blobs { get; init; }

    /// <summary>Writable layers.</summary>
    public required UsageLine Containers { get; init; }

    /// <summary>Volumes.</summary>
    public required UsageLine Volumes { get; init; }
}

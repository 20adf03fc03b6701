using Slipway.Build.Cache;
using Slipway.Engine.Containers;
using Slipway.Engine.Volumes;
using Slipway.Store.Images;

namespace Slipway.Engine.Disk;

/// <summary>One line of <c>system df</c>: a kind of things.</summary>
/// <param name="Type">Its name: <c>Images</c>.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Active">How many are in use.</param>
/// <param name="Bytes">Disk blocks that they occupy, in bytes.</param>
/// <param name="Reclaimable">What removing the unused ones would free, in bytes.</param>
public sealed record UsageLine(string Type, int Total, int Active, long Bytes, long Reclaimable);

/// <summary>What an image occupies: unpacked layers, and the blobs and recipes that it is saved and pushed of.</summary>
/// <param name="Image">The image.</param>
/// <param name="UniqueBytes">What no other image has.</param>
/// <param name="SharedBytes">What others have too.</param>
/// <param name="Containers">How many containers stand on it.</param>
public sealed record ImageUsageLine(ImageRecord Image, long UniqueBytes, long SharedBytes, int Containers);

/// <summary>What a container occupies: its writable layer, log and records.</summary>
public sealed record ContainerUsageLine(ContainerRecord Container, long Bytes);

/// <summary>What a volume occupies.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Users">How many containers have it.</param>
/// <param name="Bytes">Disk blocks, in bytes.</param>
public sealed record VolumeUsageLine(VolumeRecord Volume, int Users, long Bytes);

/// <summary>What the data root occupies, every byte under one line: their sum is what <c>du</c> says of it.</summary>
public sealed record DiskUsage
{
    /// <summary>Docker's four lines, then ours.</summary>
    public required IReadOnlyList<UsageLine> Lines { get; init; }

    /// <summary>Every image, the newest first.</summary>
    public required IReadOnlyList<ImageUsageLine> Images { get; init; }

    /// <summary>Every container.</summary>
    public required IReadOnlyList<ContainerUsageLine> Containers { get; init; }

    /// <summary>Every volume.</summary>
    public required IReadOnlyList<VolumeUsageLine> Volumes { get; init; }

    /// <summary>What builds keep for the next ones; layers that images have too count as these.</summary>
    public required IReadOnlyList<CacheRecord> Cache { get; init; }

    /// <summary>All of it, in bytes.</summary>
    public long Bytes => Lines.Sum(l => l.Bytes);
}

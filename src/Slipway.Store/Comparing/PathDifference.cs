using Slipway.Store.Snapshots;

namespace Slipway.Store.Comparing;

/// <summary>What of a path is not the same on both sides.</summary>
[Flags]
public enum Differing
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A file's bytes.</summary>
    Content = 1,

    /// <summary>A file's length; its content differs too then.</summary>
    Size = 2,

    /// <summary>The permission bits.</summary>
    Mode = 4,

    /// <summary>Owner or group.</summary>
    Owner = 8,

    /// <summary>The kind of file.</summary>
    Type = 16,

    /// <summary>Where a symlink leads.</summary>
    LinkTarget = 32,

    /// <summary>Extended attributes that belong to an image's content: capabilities and user attributes.</summary>
    Attributes = 64,

    /// <summary>What a device node stands for.</summary>
    Device = 128,

    /// <summary>The time of the last change; compared only when it is asked for.</summary>
    Time = 256,
}

/// <summary>One path that is not the same on both sides.</summary>
/// <param name="Kind">Added: only in the second. Deleted: only in the first.</param>
/// <param name="Path">Absolute; bytes that are not UTF-8 are U+FFFD.</param>
/// <param name="What">What differs; none for a path that only one side has.</param>
/// <param name="Before">What it is in the first; null where it isn't there.</param>
/// <param name="After">What it is in the second; null where it isn't there.</param>
public sealed record PathDifference(ChangeKind Kind, string Path, Differing What, PathState? Before, PathState? After);

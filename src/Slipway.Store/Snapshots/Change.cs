namespace Slipway.Store.Snapshots;

/// <summary>What happened to a path; the numbers are those of Docker's API.</summary>
public enum ChangeKind
{
    /// <summary>Shown as C.</summary>
    Modified = 0,

    /// <summary>Shown as A.</summary>
    Added = 1,

    /// <summary>Shown as D.</summary>
    Deleted = 2,
}

/// <summary>One difference between a writable layer and what it stands on.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">The absolute path inside the container; bytes that are not UTF-8 show as U+FFFD.</param>
public sealed record Change(ChangeKind Kind, string Path);

namespace Slipway.Engine.Containers.Requests;

/// <summary>What is mounted.</summary>
public enum MountKind
{
    /// <summary>A directory or file of the host.</summary>
    Bind,

    /// <summary>A volume of the engine.</summary>
    Volume,

    /// <summary>An empty file system in memory.</summary>
    Tmpfs,

    /// <summary>An image's files, read-only.</summary>
    Image,
}

/// <summary>One mount of a container, as asked for.</summary>
/// <param name="Kind">What.</param>
/// <param name="Source">The host's absolute path, the volume's name or the image's; empty for a tmpfs.</param>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="ReadOnly">Whether the container may only read it.</param>
/// <param name="Anonymous">The volume was made for this container and goes with <c>rm -v</c> or <c>--rm</c>.</param>
public sealed record MountRequest(MountKind Kind, string Source, string Target, bool ReadOnly, bool Anonymous = false)
{
    /// <summary>It was asked for by <c>--mount</c>, which inspect shows elsewhere than <c>-v</c>, and not by <c>-v</c> or <c>--tmpfs</c>.</summary>
    public bool IsDetailed { get; init; }

    /// <summary>Nobody asked for it by itself: the image declares a volume there, or another container has it (<c>--volumes-from</c>).</summary>
    public bool IsInherited { get; init; }

    /// <summary>A missing directory of the host is made: <c>-v</c> does, <c>--mount</c> doesn't unless it is told to.</summary>
    public bool CreateSource { get; init; }

    /// <summary>How mounts in it reach the host and come from there: <c>rprivate</c>, <c>rshared</c>, <c>rslave</c>, …; null is rprivate.</summary>
    public string? Propagation { get; init; }

    /// <summary>What is mounted below the source doesn't come with it.</summary>
    public bool NonRecursive { get; init; }

    /// <summary>What is mounted below a read-only source can be written.</summary>
    public bool WritableBelow { get; init; }

    /// <summary>How alike both sides of a mount must be at any time, which on one machine they are: what was said, to be told again; null: nothing.</summary>
    public string? Consistency { get; init; }

    /// <summary>An empty volume is not filled with what the image has.</summary>
    public bool NoCopy { get; init; }

    /// <summary>A path in the volume or image that is mounted instead of all of it.</summary>
    public string? Subpath { get; init; }

    /// <summary>Labels of the volume, where it is made.</summary>
    public IReadOnlyDictionary<string, string> VolumeLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of the volume's driver, where it is made.</summary>
    public IReadOnlyDictionary<string, string> VolumeOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of a tmpfs, and the mode of a <c>-v</c>, as they were typed.</summary>
    public string? Options { get; init; }
}

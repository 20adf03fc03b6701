using Slipway.Runtime.Process;

namespace Slipway.Runtime.Lifecycle;

/// <summary>What is asked for beside the bundle's config.json.</summary>
public sealed record CreateRequest
{
    /// <summary>The new container's id.</summary>
    public required string Id { get; init; }

    /// <summary>The directory that a relative rootfs starts from, absolute.</summary>
    public required string Bundle { get; init; }

    /// <summary>The configuration, from <see cref="Bundle"/> on or absolute.</summary>
    public string Config { get; init; } = "config.json";

    /// <summary>Makes no cgroup: the container stays in the caller's.</summary>
    public bool WithoutCgroup { get; init; }

    /// <summary>Gets the process's id; null for none.</summary>
    public string? PidFile { get; init; }

    /// <summary>A unix socket that gets the outer end of the terminal; null for none.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>A unix socket that gets the process as a pidfd; null for none.</summary>
    public string? PidFdSocket { get; init; }

    /// <summary>Nobody waits for it: with a terminal it needs a <see cref="ConsoleSocket"/>.</summary>
    public bool Detached { get; init; }

    /// <summary>Changes the root with MS_MOVE and chroot(2), where pivot_root(2) can't: on a ramdisk.</summary>
    public bool NoPivot { get; init; }

    /// <summary>Gives the process a session keyring of its own (keyctl(2), KEYCTL_JOIN_SESSION_KEYRING).</summary>
    public bool NewKeyring { get; init; }

    /// <summary>How many descriptors from 3 on the process keeps.</summary>
    public int PreservedFds { get; init; }

    /// <summary>Who wants to know how the start goes; null: nobody.</summary>
    public StartWatch? Watch { get; init; }
}

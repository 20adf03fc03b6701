namespace Slipway.Linux.Files;

/// <summary>How openat2(2) walks a path that may be hostile. None of these ever leaves the directory the walk starts from,
/// and none follows a magic link of proc.</summary>
public enum Resolve
{
    /// <summary>Links are followed while they stay inside; an absolute link, or <c>..</c> at the top, is EXDEV.</summary>
    Beneath,

    /// <summary>As if the start were the root directory: absolute links begin there, <c>..</c> stays there. What a process in a container would see.</summary>
    InRoot,

    /// <summary>Any symlink on the way is ELOOP, the last name's included (unless it is opened with <see cref="OpenFlags.Path"/> and NoFollow).</summary>
    NoLinks,

    /// <summary>As <see cref="InRoot"/>, and stays on one mount (EXDEV).</summary>
    InRootOneMount,
}

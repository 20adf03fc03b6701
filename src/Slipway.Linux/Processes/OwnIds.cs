using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>Who this process acts as (geteuid(2), getegid(2)).</summary>
public static partial class OwnIds
{
    /// <summary>Effective user and group.</summary>
    public static (uint Uid, uint Gid) Effective() => (geteuid(), getegid());

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getegid();
}

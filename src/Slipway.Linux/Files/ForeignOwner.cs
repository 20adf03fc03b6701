using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Slipway.Linux.Processes;

namespace Slipway.Linux.Files;

/// <summary>
/// Makes files as another owner with this process's rights (setfsuid(2)): below a mount whose ids are mapped nobody can make a file whose id the map
/// doesn't have, and root isn't in a container's.
/// </summary>
public static unsafe partial class ForeignOwner
{
    private const long SYS_capget = 125, SYS_capset = 126;

    /// <summary>Does something in a thread of its own whose new files are this owner's.</summary>
    public static void Do(uint uid, uint gid, Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Become(uid, gid);
                work();
            }
#pragma warning disable CA1031 // It is thrown again where the caller waits.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    // With another fsuid than root's the kernel takes away the effective capabilities about files; they are still permitted.
    private static void Become(uint uid, uint gid)
    {
        uint* header = stackalloc uint[2] { KernelConstants.LINUX_CAPABILITY_VERSION_3, 0 };
        uint* sets = stackalloc uint[6];
        Check.Result(syscall(SYS_capget, (long)header, (long)sets), "capget");
        _ = setfsgid(gid);
        _ = setfsuid(uid);
        Check.Result(syscall(SYS_capset, (long)header, (long)sets), "capset");
    }

    [LibraryImport("libc")]
    private static partial int setfsuid(uint uid);

    [LibraryImport("libc")]
    private static partial int setfsgid(uint gid);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b);
}

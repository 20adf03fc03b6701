using System.Runtime.InteropServices;

namespace Slipway.Linux.Namespaces;

/// <summary>Puts the children of this thread into another pid namespace (setns(2)); the thread itself stays where it is.</summary>
public static partial class NamespaceJoin
{
    /// <summary>Runs <paramref name="clone"/> while children of this thread are born in <paramref name="target"/>'s pid namespace.</summary>
    /// <param name="target">A pidfd, or an open /proc/PID/ns/pid.</param>
    /// <param name="clone">Must not make threads: the kernel refuses them meanwhile.</param>
    public static T WithChildrenIn<T>(SafeFd target, Func<T> clone)
    {
        using SafeFd own = Processes.SmallFile.Open("/proc/self/ns/pid");
        Check.Result(setns(target.Number, (int)CloneFlags.CLONE_NEWPID), "setns", "pid namespace");
        try
        {
            return clone();
        }
        finally
        {
            Check.Result(setns(own.Number, (int)CloneFlags.CLONE_NEWPID), "setns", "own pid namespace");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int kind);
}

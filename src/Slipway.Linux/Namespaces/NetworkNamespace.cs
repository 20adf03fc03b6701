using System.Runtime.InteropServices;
using Slipway.Linux.Processes;

namespace Slipway.Linux.Namespaces;

/// <summary>A network namespace, held by a descriptor (network_namespaces(7)): it lives as long as that, a socket or a process in it.</summary>
public static partial class NetworkNamespace
{
    private const string OfThread = "/proc/thread-self/ns/net";

    /// <summary>Makes a new one, empty but for a loopback device that is down.</summary>
    /// <param name="inside">What this thread does in it: open sockets, write its settings.</param>
    public static SafeFd Create(Action inside)
    {
        using SafeFd own = SmallFile.Open(OfThread);
        Check.Result(unshare((int)CloneFlags.CLONE_NEWNET), "unshare", "network namespace");
        try
        {
            SafeFd made = SmallFile.Open(OfThread);
            try
            {
                inside();
                return made;
            }
            catch
            {
                made.Dispose();
                throw;
            }
        }
        finally
        {
            Return(own);
        }
    }

    /// <summary>Does something with this thread in a namespace.</summary>
    public static T Within<T>(SafeFd space, Func<T> inside)
    {
        using SafeFd own = SmallFile.Open(OfThread);
        Check.Result(setns(space.Number, (int)CloneFlags.CLONE_NEWNET), "setns", "network namespace");
        try
        {
            return inside();
        }
        finally
        {
            Return(own);
        }
    }

    // A thread that can't come back would do all that follows in the wrong network.
    private static void Return(SafeFd own)
    {
        if (setns(own.Number, (int)CloneFlags.CLONE_NEWNET) == -1)
            Environment.FailFast("setns: a thread can't return to its network namespace");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int kind);
}

using System.Runtime.InteropServices;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Linux.Processes;

namespace Slipway.Linux.Namespaces;

/// <summary>A mount of another process's mount namespace, as a tree that is attached nowhere (open_tree(2), setns(2)).</summary>
public static partial class ForeignMount
{
    /// <summary>Copies what is mounted at a path there. No link is followed on the way.</summary>
    /// <param name="pid">Whose mounts.</param>
    /// <param name="path">From its root.</param>
    public static SafeFd Clone(int pid, string path)
    {
        SafeFd? tree = null;
        Exception? failure = null;
        // A thread of its own, which never comes back from there.
        var thread = new Thread(() =>
        {
            try
            {
                tree = CloneHere(pid, path);
            }
            catch (Exception e) when (e is LinuxException or IOException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? tree! : throw failure;
    }

    private static SafeFd CloneHere(int pid, string path)
    {
        using SafeFd space = SmallFile.Open($"/proc/{pid}/ns/mnt");
        using DirFd root = DirFd.Open($"/proc/{pid}/root");
        using SafeFd place = root.OpenPath(System.Text.Encoding.UTF8.GetBytes(path.TrimStart('/') is { Length: > 0 } below ? below : "."), OpenFlags.Path | OpenFlags.Directory, 0, Resolve.NoLinks);
        // A thread that shares its working directory with others may not change mount namespaces.
        Check.Result(unshare((int)CloneFlags.CLONE_FS), "unshare", "working directory");
        Check.Result(setns(space.Number, (int)CloneFlags.CLONE_NEWNS), "setns", "mount namespace");
        return MountTree.Clone(place);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int kind);
}

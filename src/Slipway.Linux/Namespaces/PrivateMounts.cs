using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;

namespace Slipway.Linux.Namespaces;

/// <summary>A tree of mounts that only one thread sees, for as long as it works in it (mount_namespaces(7)).</summary>
public static partial class PrivateMounts
{
    /// <summary>Puts mounts together, does something in them by their root's handle, and takes them apart.</summary>
    /// <param name="root">The root: a mount that is attached nowhere.</param>
    /// <param name="mounts">What is mounted in it, outer ones first; places that are missing are made. A link never leads out of the root.</param>
    /// <param name="anywhere">Any directory: the root is attached there, in the thread's own namespace.</param>
    /// <param name="work">What is done.</param>
    public static void With(DirFd root, IReadOnlyList<(SafeFd Tree, string Target)> mounts, string anywhere, Action<DirFd> work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Check.Result(unshare((int)CloneFlags.CLONE_NEWNS), "unshare", "mount namespace");
                using (SafeFd top = FileDescriptor.Open("/", OpenFlags.Path))
                    MountTree.MakePrivate(top);
                using (SafeFd place = FileDescriptor.Open(anywhere, OpenFlags.Path | OpenFlags.Directory))
                    MountTree.Attach(root.Handle, place);
                foreach ((SafeFd tree, string target) in mounts)
                    Attach(root, tree, target);
                work(root);
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

    private static void Attach(DirFd root, SafeFd tree, string target)
    {
        bool isDirectory = tree.Status().IsDirectory;
        string[] parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int depth = 1; depth <= (isDirectory ? parts.Length : parts.Length - 1); depth++)
            EnsureDirectory(root, string.Join('/', parts[..(depth - 1)]), parts[depth - 1]);
        byte[] path = Encoding.UTF8.GetBytes(string.Join('/', parts));
        using SafeFd? there = root.TryOpenPath(path, OpenFlags.Path, Resolve.InRoot);
        if (there is not null)
        {
            MountTree.Attach(tree, there);
            return;
        }
        root.OpenPath(path, OpenFlags.WriteOnly | OpenFlags.Create, 0b110_100_100, Resolve.InRoot).Dispose();
        using SafeFd made = root.OpenPath(path, OpenFlags.Path, 0, Resolve.InRoot);
        MountTree.Attach(tree, made);
    }

    private static void EnsureDirectory(DirFd root, string parent, string name)
    {
        byte[] path = Encoding.UTF8.GetBytes(parent.Length == 0 ? name : $"{parent}/{name}");
        using DirFd? there = root.TryOpenDirectory(path, Resolve.InRoot);
        if (there is not null)
            return;
        using DirFd above = root.OpenDirectory(Encoding.UTF8.GetBytes(parent.Length == 0 ? "." : parent), Resolve.InRoot);
        above.MakeDirectory(Encoding.UTF8.GetBytes(name), 0b111_101_101);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}

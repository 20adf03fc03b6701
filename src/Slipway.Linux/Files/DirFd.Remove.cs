using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

public sealed unsafe partial class DirFd
{
    private const uint RENAME_NOREPLACE = 1, RENAME_EXCHANGE = 2;

    /// <summary>Removes a name that is not a directory; false where there is none.</summary>
    public bool TryUnlink(ReadOnlySpan<byte> name)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            return Removed(Unlinkat(Fd, p, 0), "remove", name);
    }

    /// <summary>Removes an empty directory; false where there is none. ENOTEMPTY where it holds something.</summary>
    public bool TryRemoveDirectory(ReadOnlySpan<byte> name)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            return Removed(Unlinkat(Fd, p, AT_REMOVEDIR), "remove directory", name);
    }

    /// <summary>Renames within a file system, replacing what has the new name (rename(2)).</summary>
    public void Rename(ReadOnlySpan<byte> name, DirFd to, ReadOnlySpan<byte> newName) => Rename(name, to, newName, 0);

    /// <summary>Renames; false where the new name is taken.</summary>
    public bool TryRenameNew(ReadOnlySpan<byte> name, DirFd to, ReadOnlySpan<byte> newName)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        fixed (byte* n = CName.Leaf(newName, stackalloc byte[CName.StackSize]))
            return Made(Renameat2(Fd, p, to.Fd, n, RENAME_NOREPLACE), "rename", name);
    }

    /// <summary>Swaps two names at one instant.</summary>
    public void Exchange(ReadOnlySpan<byte> name, DirFd other, ReadOnlySpan<byte> otherName) => Rename(name, other, otherName, RENAME_EXCHANGE);

    private void Rename(ReadOnlySpan<byte> name, DirFd to, ReadOnlySpan<byte> newName, uint flags)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        fixed (byte* n = CName.Leaf(newName, stackalloc byte[CName.StackSize]))
            Ensure(Renameat2(Fd, p, to.Fd, n, flags), "rename", name);
    }

    /// <summary>
    /// Removes a name and all that is below it, without following links and without leaving the mount it starts on
    /// (EXDEV where something is mounted inside). Nothing there is fine. Any depth: a branch deeper than a few hundred
    /// levels is renamed to the top first, so that descriptors stay few.
    /// </summary>
    public void RemoveTree(ReadOnlySpan<byte> name, CancellationToken cancellation = default) => TreeRemover.Remove(this, name, cancellation);

    /// <summary>The path, from this directory, of something that is mounted at a name or anywhere below it; null where nothing is. ENAMETOOLONG where the tree is deeper than a path can say.</summary>
    public byte[]? FindMount(ReadOnlySpan<byte> name, CancellationToken cancellation = default) => MountSearch.Find(this, name, cancellation);

    private static bool Removed(int result, string call, ReadOnlySpan<byte> name)
    {
        if (result != -1)
            return true;
        return Check.LastErrno == Errno.ENOENT ? false : throw new LinuxException(call, Check.LastErrno, CName.Show(name));
    }
}

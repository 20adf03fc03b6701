using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Layers;

/// <summary>
/// A directory under <c>tmp/</c> in which something is built aside. It is locked (flock on the directory) while its process lives, so that
/// anyone can tell it from what a dead process left; disposing removes it, unless it was renamed into place.
/// </summary>
internal sealed class StagingDirectory : IDisposable
{
    private const string Prefix = "stage-";
    private readonly DirFd _tmp;
    private readonly byte[] _name;
    private bool _moved;

    private StagingDirectory(DirFd tmp, byte[] name, DirFd directory) => (_tmp, _name, Directory) = (tmp, name, directory);

    public DirFd Directory { get; }

    public static StagingDirectory Create(StorePaths paths)
    {
        DirFd tmp = DirFd.Open(paths.Tmp);
        while (true)
        {
            byte[] name = Encoding.ASCII.GetBytes(Prefix + Guid.NewGuid().ToString("N"));
            tmp.MakeDirectory(name);
            // A sweep may have locked and removed it in between: then there is nothing to open, or nothing left of what was opened.
            if (tmp.TryOpenDirectory(name) is not { } directory)
                continue;
            if (directory.Handle.TryLock() && directory.Status().Links > 0)
                return new(tmp, name, directory);
            directory.Dispose();
        }
    }

    /// <summary>Renames it into place; false where the name is taken, and then it stays to be removed.</summary>
    public bool TryMoveTo(DirFd parent, ReadOnlySpan<byte> name) => _moved = _tmp.TryRenameNew(_name, parent, name);

    /// <summary>Takes a name of another directory in, to be removed with this one; false where there is none.</summary>
    public bool TryTake(DirFd parent, ReadOnlySpan<byte> name)
    {
        try
        {
            parent.Rename(name, Directory, "gone"u8);
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    /// <summary>Whether a name under <c>tmp/</c> is one of these.</summary>
    public static bool IsNameOf(ReadOnlySpan<byte> name) => name.StartsWith("stage-"u8);

    /// <summary>Removes what processes left that are gone.</summary>
    public static void Sweep(StorePaths paths)
    {
        using DirFd tmp = DirFd.Open(paths.Tmp);
        foreach (DirEntry entry in tmp.List())
        {
            if (!IsNameOf(entry.Name) || tmp.TryOpenDirectory(entry.Name) is not { } directory)
                continue;
            using (directory)
            {
                if (directory.Handle.TryLock())
                    tmp.RemoveTree(entry.Name);
            }
        }
    }

    public void Dispose()
    {
        try
        {
            if (!_moved)
                _tmp.RemoveTree(_name);
        }
        finally
        {
            Directory.Dispose();
            _tmp.Dispose();
        }
    }
}

using System.Text;

namespace Slipway.Linux.Files;

/// <summary>
/// A directory of one process's own, in a place that many processes use. It is locked (flock(2) on the directory) while its process lives,
/// so that anyone can tell it from what a dead process left. Disposing removes it, unless it was renamed away.
/// </summary>
public sealed class LockedDirectory : IDisposable
{
    private readonly DirFd _parent;
    private readonly byte[] _name;
    private bool _moved;

    private LockedDirectory(DirFd parent, byte[] name, string path, DirFd directory) => (_parent, _name, Path, Directory) = (parent, name, path, directory);

    /// <summary>The directory, open and locked.</summary>
    public DirFd Directory { get; }

    /// <summary>Where it lies, until it is renamed.</summary>
    public string Path { get; }

    /// <summary>Makes one of a new name, mode 0700.</summary>
    /// <param name="parent">Where; it exists.</param>
    /// <param name="prefix">What its name begins with.</param>
    /// <exception cref="LinuxException">It can't be made there.</exception>
    public static LockedDirectory Create(string parent, string prefix)
    {
        DirFd place = DirFd.Open(parent);
        try
        {
            while (true)
            {
                string name = $"{prefix}{Guid.NewGuid():N}";
                byte[] bytes = Encoding.ASCII.GetBytes(name);
                place.MakeDirectory(bytes);
                // A sweep may have locked and removed it in between: then there is nothing to open, or nothing left of what was opened.
                if (place.TryOpenDirectory(bytes) is not { } directory)
                    continue;
                if (directory.Handle.TryLock() && directory.Status().Links > 0)
                    return new(place, bytes, System.IO.Path.Join(parent, name), directory);
                directory.Dispose();
            }
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>The one of that name, where its process is gone: locked for the caller, who disposes it to remove it. Null where it lives, or is no directory.</summary>
    /// <param name="parent">Where it lies.</param>
    /// <param name="name">Its name.</param>
    public static LockedDirectory? TakeOver(string parent, byte[] name)
    {
        DirFd place = DirFd.Open(parent);
        DirFd? directory = place.TryOpenDirectory(name);
        if (directory is not null && directory.Handle.TryLock())
            return new(place, name, System.IO.Path.Join(parent, Encoding.UTF8.GetString(name)), directory);
        directory?.Dispose();
        place.Dispose();
        return null;
    }

    /// <summary>Renames it into place; false where the name is taken, and then it stays to be removed.</summary>
    public bool TryMoveTo(DirFd parent, ReadOnlySpan<byte> name) => _moved = _parent.TryRenameNew(_name, parent, name);

    /// <summary>Swaps it with another name, at one instant: what had that name is then here, without a lock, to be removed.</summary>
    public void Exchange(DirFd other, ReadOnlySpan<byte> name) => _parent.Exchange(_name, other, name);

    /// <summary>Closes it and leaves it where it is: for whoever has a copy of <see cref="Directory"/>'s descriptor, which keeps the lock.</summary>
    public void Abandon()
    {
        _moved = true;
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (!_moved)
                _parent.RemoveTree(_name);
        }
        finally
        {
            Directory.Dispose();
            _parent.Dispose();
        }
    }
}

using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Layers;

/// <summary>A directory under <c>tmp/</c> in which something is built aside, or taken apart. A sweep takes those of dead processes.</summary>
internal sealed class StagingDirectory : IDisposable
{
    private const string Prefix = "stage-";
    private readonly LockedDirectory _locked;

    private StagingDirectory(LockedDirectory locked) => _locked = locked;

    public DirFd Directory => _locked.Directory;

    public static StagingDirectory Create(StorePaths paths) => new(LockedDirectory.Create(paths.Tmp, Prefix));

    /// <summary>Renames it into place; false where the name is taken, and then it stays to be removed.</summary>
    public bool TryMoveTo(DirFd parent, ReadOnlySpan<byte> name) => _locked.TryMoveTo(parent, name);

    /// <summary>Its name under <c>tmp/</c>.</summary>
    public string Name => Path.GetFileName(_locked.Path);

    /// <summary>Takes a name of another directory in, to be removed with this one; false where there is none.</summary>
    public bool TryTake(DirFd parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> newName)
    {
        try
        {
            parent.Rename(name, Directory, newName);
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
            if (IsNameOf(entry.Name))
                LockedDirectory.TakeOver(paths.Tmp, entry.Name)?.Dispose();
        }
    }

    /// <summary>Swaps it with what has that name, at one instant: the other is what goes when this is disposed.</summary>
    public void Exchange(DirFd parent, ReadOnlySpan<byte> name) => _locked.Exchange(parent, name);

    /// <summary>Leaves it to another process, which has been given <see cref="LockedDirectory.Directory"/> and with it the lock.</summary>
    public void Abandon() => _locked.Abandon();

    public void Dispose() => _locked.Dispose();
}

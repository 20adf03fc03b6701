using Slipway.Build.Context;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>
/// The root of a stage while a step writes into it. Paths are resolved by the kernel as a process in the stage would see them, so that
/// no link in a layer below leads out (invariant I1).
/// </summary>
internal sealed class StageRoot(DirFd root) : IDisposable
{
    private const uint DirectoryMode = 0b111_101_101;

    public DirFd Root { get; } = root;

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    /// <summary>Whether a directory, or a link to one, is there.</summary>
    public bool IsDirectory(string path)
    {
        using DirFd? directory = Root.TryOpenDirectory(Bytes(path), Resolve.InRoot);
        return directory is not null;
    }

    /// <summary>Opens a directory; what is missing on the way is made, mode 0755.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="owner">Who gets what is made.</param>
    /// <exception cref="SlipwayException">InvalidArgument: something on the way is no directory.</exception>
    public DirFd MakeDirectories(string path, Owner owner)
    {
        DirFd directory = Root.Reopen();
        string at = "";
        foreach (string part in GoPath.PartsBeneathRoot(path))
        {
            at += "/" + part;
            DirFd? next = null;
            try
            {
                next = Root.TryOpenDirectory(Bytes(at), Resolve.InRoot) ?? Make(directory, FileNames.Encode(part), at, owner);
            }
            finally
            {
                directory.Dispose();
            }
            directory = next;
        }
        return directory;
    }

    private static DirFd Make(DirFd parent, byte[] name, string path, Owner owner)
    {
        if (!parent.TryMakeDirectory(name))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"make directory '{Printable.Escape(path)}': what is there is not a directory");
        parent.SetOwner(name, owner.Uid, owner.Gid);
        parent.SetMode(name, DirectoryMode);
        return parent.OpenDirectory(name);
    }

    private static byte[] Bytes(string path) => FileNames.Encode(path.TrimStart('/'));
}

/// <summary>Who owns a file.</summary>
internal readonly record struct Owner(uint Uid, uint Gid)
{
    /// <summary>0:0.</summary>
    public static Owner Superuser => default;
}

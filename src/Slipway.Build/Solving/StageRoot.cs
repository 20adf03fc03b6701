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
    /// <summary>Mode of directories that nobody asked for.</summary>
    public const uint DirectoryMode = 0b111_101_101;

    private const uint PermissionBits = 0b111_111_111;

    // As many as the kernel follows in one path.
    private const int MaxLinks = 40;

    public DirFd Root { get; } = root;

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    /// <summary>Whether a directory, or a link to one, is there.</summary>
    public bool IsDirectory(string path)
    {
        using DirFd? directory = Root.TryOpenDirectory(Bytes(path), Resolve.InRoot);
        return directory is not null;
    }

    /// <summary>What a path means when its last name is a link: where that leads, and so on. The result may name nothing yet.</summary>
    /// <param name="path">Absolute.</param>
    /// <exception cref="SlipwayException">InvalidArgument: the links go round.</exception>
    public string FollowLast(string path)
    {
        path = GoPath.Clean(path);
        for (int i = 0; i < MaxLinks; i++)
        {
            int slash = path.LastIndexOf('/');
            using DirFd? parent = Root.TryOpenDirectory(Bytes(path[..slash]), Resolve.InRoot);
            byte[] name = FileNames.Encode(path[(slash + 1)..]);
            if (name.Length == 0 || parent is null || !parent.TryStatus(name, out FileStatus status) || !status.IsSymlink)
                return path;
            path = GoPath.Join(path[..slash] + "/", FileNames.Decode(parent.ReadLink(name)));
        }
        throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(path)}': too many links");
    }

    /// <summary>Opens a directory; what is missing on the way is made, also where a link leads.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="owner">Who gets what is made.</param>
    /// <param name="mode">Permission bits of what is made; nothing else is ever set on it.</param>
    /// <param name="made">Told of each directory that is made: the one that it is made in, and its name.</param>
    /// <exception cref="SlipwayException">InvalidArgument: something on the way is no directory.</exception>
    public DirFd MakeDirectories(string path, Owner owner, uint mode = DirectoryMode, Action<DirFd, byte[]>? made = null)
    {
        DirFd directory = Root.Reopen();
        string at = "";
        foreach (string part in GoPath.PartsBeneathRoot(path))
        {
            at += "/" + part;
            DirFd? next = null;
            try
            {
                next = Root.TryOpenDirectory(Bytes(at), Resolve.InRoot) ?? Make(directory, FileNames.Encode(part), at, owner, mode, made);
            }
            finally
            {
                directory.Dispose();
            }
            directory = next;
        }
        return directory;
    }

    private DirFd Make(DirFd parent, byte[] name, string path, Owner owner, uint mode, Action<DirFd, byte[]>? made)
    {
        if (!parent.TryMakeDirectory(name))
        {
            string led = FollowLast(path);
            return led != path
                ? MakeDirectories(led, owner, mode, made)
                : throw new SlipwayException(ErrorKind.InvalidArgument, $"make directory '{Printable.Escape(path)}': what is there is not a directory");
        }
        parent.SetOwner(name, owner.Uid, owner.Gid);
        parent.SetMode(name, mode & PermissionBits);
        made?.Invoke(parent, name);
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

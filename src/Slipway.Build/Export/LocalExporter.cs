using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Export;

/// <summary>
/// Writes a result's files into a directory of the caller's. What the result has under a name replaces what is there; no link is ever followed, of
/// neither (invariant I1). Files belong to the caller, as docker has it; setuid and setgid bits and device nodes stay behind, for outside of a
/// container they would be the host's.
/// </summary>
internal sealed class LocalExporter(CancellationToken ct)
{
    private const int MaxDepth = 1000;
    private const uint PermissionBits = 0b001_111_111_111;
    private const uint OwnDirectoryMode = 0b111_000_000;

    /// <summary>Names of one file in the result are names of one file in the copy.</summary>
    private readonly Dictionary<ulong, string> _linked = [];

    /// <summary>Copies all that a directory holds.</summary>
    public void CopyContents(DirFd from, DirFd to) => Copy(from, to, to, "", 0);

    private void Copy(DirFd from, DirFd to, DirFd root, string path, int depth)
    {
        if (depth > MaxDepth)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"write '{Printable.Escape(path)}': it is nested deeper than {MaxDepth} directories");
        foreach (DirEntry entry in from.List(sorted: true))
        {
            ct.ThrowIfCancellationRequested();
            FileStatus status = from.Status(entry.Name);
            string full = $"{path}/{Context.FileNames.Decode(entry.Name)}";
            if (status.IsDirectory)
                CopyDirectory(from, to, root, entry.Name, status, full, depth);
            else if (status.IsRegular || status.IsSymlink || status.Type == FileType.Fifo)
                CopyFile(from, to, root, entry.Name, status, full);
        }
    }

    private void CopyDirectory(DirFd from, DirFd to, DirFd root, byte[] name, FileStatus status, string path, int depth)
    {
        if (!to.TryMakeDirectory(name, OwnDirectoryMode) && !to.Status(name).IsDirectory)
        {
            to.TryUnlink(name);
            to.MakeDirectory(name, OwnDirectoryMode);
        }
        using DirFd source = from.OpenDirectory(name), made = to.OpenDirectory(name);
        Copy(source, made, root, path, depth + 1);
        to.SetMode(name, status.Mode & PermissionBits);
        to.SetTime(name, status.Modified);
    }

    private void CopyFile(DirFd from, DirFd to, DirFd root, byte[] name, FileStatus status, string path)
    {
        if (to.TryStatus(name, out FileStatus there))
        {
            if (there.IsDirectory)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"write '{Printable.Escape(path)}': a directory of that name is there");
            to.TryUnlink(name);
        }
        if (status is { IsRegular: true, Links: > 1 } && !_linked.TryAdd(status.Inode, path) && TryLink(root, _linked[status.Inode], to, name))
            return;
        switch (status.Type)
        {
            case FileType.Symlink:
                to.TrySymlink(name, from.ReadLink(name));
                break;
            case FileType.Fifo:
                to.TryMakeNode(name, FileType.Fifo, status.Mode & PermissionBits);
                break;
            default:
                using (SafeFd source = from.OpenName(name, OpenFlags.ReadOnly), made = to.CreateFile(name))
                    source.CopyTo(made, ct);
                to.SetMode(name, status.Mode & PermissionBits);
                break;
        }
        to.SetTime(name, status.Modified);
    }

    // Whoever writes into the destination meanwhile gets what they ask for: a link within it, or a copy.
    private static bool TryLink(DirFd root, string path, DirFd to, byte[] name)
    {
        int slash = path.LastIndexOf('/');
        using DirFd? directory = root.TryOpenDirectory(Context.FileNames.Encode(path[..slash].TrimStart('/')), Resolve.Beneath);
        return directory is not null && directory.TryStatus(Context.FileNames.Encode(path[(slash + 1)..]), out FileStatus first) && first.IsRegular
            && to.TryLink(name, directory, Context.FileNames.Encode(path[(slash + 1)..]));
    }
}

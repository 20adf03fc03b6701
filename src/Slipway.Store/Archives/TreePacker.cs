using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Archives;

/// <summary>
/// Writes trees into an archive in one canonical way: a directory before what it holds, names in the order of their bytes, files with
/// several names once and then as hard links. Follows no link and opens nothing but regular files and directories, so the tree may be
/// a running container's. Sockets are left out. A file that shrinks meanwhile is filled up with zeroes; one that grows is cut.
/// </summary>
public sealed partial class TreePacker
{
    private const int DeepestTree = 1024;
    private readonly TarEntryWriter _writer;
    private readonly PackOptions _options;
    private readonly Dictionary<(DeviceNumber, ulong), byte[]> _linked = [];
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly CancellationToken _cancellation;
    private int _depth;
    // The file system that was asked about last, on the way down.
    private DeviceNumber? _device;

    /// <summary>Packs into <paramref name="writer"/>; the caller finishes it. Hard links are seen across all calls of one packer.</summary>
    public TreePacker(TarEntryWriter writer, PackOptions options, CancellationToken cancellation = default)
    {
        _writer = writer;
        _options = options;
        _cancellation = cancellation;
    }

    /// <summary>Packs all that a directory holds, but not itself.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="prefix">The path in the archive that stands before each name; may be empty.</param>
    public void PackContents(DirFd directory, byte[] prefix)
    {
        DeviceNumber? above = _device;
        if (_options.LeavesOut is { } leavesOut && directory.Status().Device is var device && device != above)
        {
            if (leavesOut(directory))
                return;
            _device = device;
        }
        if (++_depth > DeepestTree)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"pack '{PathBytes.Show(prefix)}': it is nested deeper than {DeepestTree} directories");
        if (_options.Whiteouts == WhiteoutMode.Overlay)
            PackOpaqueMark(directory, prefix);
        foreach (DirEntry entry in Sorted(directory))
        {
            _cancellation.ThrowIfCancellationRequested();
            Pack(directory, entry.Name, PathBytes.Combine(prefix, entry.Name));
        }
        _depth--;
        _device = above;
    }

    /// <summary>Packs one name of a directory, and all below it, under another path. A name that is gone is passed over.</summary>
    public void Pack(DirFd parent, ReadOnlySpan<byte> name, byte[] archivePath)
    {
        if (_options.IsStill && parent.TryStatus(name, out FileStatus still) && still.IsRegular)
        {
            PackStill(parent, name, still, archivePath);
            return;
        }
        SafeFd node;
        try
        {
            node = parent.OpenName(name, OpenFlags.Path);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return;
        }
        using (node)
            PackNode(parent, name, node, archivePath);
    }

    /// <summary>Packs a directory's own entry, such as <c>./</c> for the root, without what it holds.</summary>
    public void PackDirectoryItself(DirFd directory, byte[] archivePath) =>
        _writer.WriteEntry(Describe(TarEntryKind.Directory, directory.Status(), archivePath, xattrs: ContentXattrs(directory.Handle, directory.Handle.ListXattrs())));

    private List<DirEntry> Sorted(DirFd directory)
    {
        List<DirEntry> entries = directory.List(sorted: true);
        if (_options.Whiteouts == WhiteoutMode.Overlay && entries.Find(e => e.Name.AsSpan().StartsWith(".wh."u8)) is { Name: { } reserved })
            throw new SlipwayException(ErrorKind.InvalidArgument, $"pack '{PathBytes.Show(reserved)}': an image layer can't hold a name that begins with '.wh.'");
        return entries;
    }

    private void PackNode(DirFd parent, ReadOnlySpan<byte> name, SafeFd node, byte[] path)
    {
        FileStatus status = node.Status();
        if (status.IsDirectory)
        {
            PackDirectory(node, status, path);
            return;
        }
        if (status.Type == FileType.Socket)
        {
            if (_options.Settle)
                parent.TryUnlink(name);
            return;
        }
        if (_options.Whiteouts == WhiteoutMode.Overlay && status.IsWhiteout())
        {
            _writer.WriteEntry(Whiteout(path));
            return;
        }
        if (TryPackLink(status, path))
            return;
        if (status.IsRegular)
            PackFile(node, status, path);
        else
            _writer.WriteEntry(PackSpecial(parent, name, node, status, path));
        Settle(node, status, null);
    }

    private void PackDirectory(SafeFd node, in FileStatus status, byte[] path)
    {
        using var directory = new DirFd(node.Reopen(OpenFlags.Directory));
        _writer.WriteEntry(Describe(TarEntryKind.Directory, status, [.. path, (byte)'/'], xattrs: ContentXattrs(node, node.ListXattrs())));
        PackContents(directory, path);
        // After its names: taking a socket away changes its time.
        Settle(node, status, null);
    }

    private bool TryPackLink(in FileStatus status, byte[] path)
    {
        if (status.Links < 2 || _linked.TryAdd((status.Device, status.Inode), path))
            return false;
        _writer.WriteEntry(Describe(TarEntryKind.HardLink, status, path, _linked[(status.Device, status.Inode)]));
        return true;
    }

    private void PackFile(SafeFd node, in FileStatus status, byte[] path)
    {
        using SafeFd file = node.Reopen(OpenFlags.ReadOnly);
        _writer.WriteEntry(Describe(TarEntryKind.Regular, status, path, xattrs: ContentXattrs(node, node.ListXattrs())));
        WriteContent(file, status.Size);
    }

    private void WriteContent(SafeFd file, long size)
    {
        for (long left = size; left > 0;)
        {
            _cancellation.ThrowIfCancellationRequested();
            Span<byte> part = _buffer.AsSpan(0, (int)Math.Min(left, _buffer.Length));
            int length = file.Read(part);
            if (length == 0)
            {
                part.Clear();
                length = part.Length;
            }
            _writer.WriteContent(part[..length]);
            left -= length;
        }
    }

    // Half of the system calls of the careful way.
    private void PackStill(DirFd parent, ReadOnlySpan<byte> name, in FileStatus status, byte[] path)
    {
        if (TryPackLink(status, path))
            return;
        using SafeFd file = parent.OpenName(name, OpenFlags.ReadOnly);
        IReadOnlyList<byte[]> keys = file.ListXattrs();
        _writer.WriteEntry(Describe(TarEntryKind.Regular, status, path, xattrs: ContentXattrs(file, keys)));
        WriteContent(file, status.Size);
        Settle(file, status, keys);
    }

    private TarEntry PackSpecial(DirFd parent, ReadOnlySpan<byte> name, SafeFd node, in FileStatus status, byte[] path) => status.Type switch
    {
        FileType.Symlink => Describe(TarEntryKind.Symlink, status, path, parent.ReadLink(name), ContentXattrs(node, node.ListXattrs())),
        FileType.CharacterDevice => Describe(TarEntryKind.CharacterDevice, status, path, xattrs: ContentXattrs(node, node.ListXattrs())),
        FileType.BlockDevice => Describe(TarEntryKind.BlockDevice, status, path, xattrs: ContentXattrs(node, node.ListXattrs())),
        FileType.Fifo => Describe(TarEntryKind.Fifo, status, path, xattrs: ContentXattrs(node, node.ListXattrs())),
        _ => throw new SlipwayException(ErrorKind.Internal, $"pack '{PathBytes.Show(path)}': its type {status.Type} is not known"),
    };
}

using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Archives;

/// <summary>
/// Makes the tree that an archive describes, below one directory and never outside it (invariant I1):
/// 1. a name is normalized and <c>..</c> refused; an absolute name counts from the root;
/// 2. its parent is opened beneath the root with openat2(RESOLVE_IN_ROOT): links of the archive lead inside or nowhere, and one that
///    leads nowhere is an error; missing directories are made;
/// 3. the last name is made in that parent, exclusively; what had the name before is removed first, never followed (a directory as
///    <see cref="UnpackOptions.Replaces"/> says), and the last of several entries of one name wins;
/// 4. owner, mode, attributes and time are set through the open file, directories at the very end.
/// </summary>
public sealed partial class TreeUnpacker
{
    private const int BufferSize = 256 * 1024;

    // Until a file is whole, it is nobody's to read.
    private const uint UnfinishedMode = 0x180; // 0600

    // From this size on a file is on its way to the disk at once, and whoever syncs at the end waits for less.
    private const long LargeFile = 256 * 1024;

    // What file systems commonly allocate at a time.
    private const int HoleSize = 4096;
    private readonly DirFd _root;
    private readonly UnpackOptions _options;
    private readonly ParentCache _parents;
    private readonly Dictionary<byte[], DirectoryMetadata?> _directories = new(ByteKey.Comparer);
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly FreeRoom _room;
    private readonly FreshFiles _fresh;
    private long _entries;
    private long _bytes;

    /// <summary>Unpacks below <paramref name="root"/>, which stays open and is the caller's.</summary>
    public TreeUnpacker(DirFd root, UnpackOptions options)
    {
        _root = root;
        _options = options;
        _parents = new(root);
        _room = new(root, options.KeepFree);
        _fresh = options.Fresh ? FreshFiles.In(root) : FreshFiles.None;
    }

    /// <summary>Unpacks all entries. On an error what was made so far is left to the caller, to be removed.</summary>
    /// <exception cref="TarException">The archive is broken, hostile or beyond a limit.</exception>
    public UnpackResult Unpack(TarEntryReader reader, CancellationToken cancellation = default)
    {
        UnpackResult result = Place(reader, cancellation);
        FinishDirectories(implied: null, cancellation);
        return result;
    }

    /// <summary>The first half: makes what the entries describe, but for the directories' own metadata (<see cref="FinishDirectories"/>).</summary>
    /// <exception cref="TarException">The archive is broken, hostile or beyond a limit.</exception>
    public UnpackResult Place(TarEntryReader reader, CancellationToken cancellation)
    {
        try
        {
            while (reader.Next(cancellation) is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                _entries++;
                if (Renamed(entry.Name) is { } path)
                    Guarded(path, () => Place(reader, entry, path, cancellation));
            }
            return new(_entries, _bytes);
        }
        finally
        {
            _parents.Close();
        }
    }

    private byte[]? Renamed(byte[] name)
    {
        if (_options.Rename is null)
            return PathBytes.Normalize(name);
        return _options.Rename(name) is { } renamed ? PathBytes.Normalize(renamed) : null;
    }

    // The kernel's refusals become errors that name the entry; a full disk stays what it is.
    private static void Guarded(byte[] path, Action act)
    {
        try
        {
            act();
        }
        catch (LinuxException e) when (ErrorText.IsFull(e))
        {
            throw PathBytes.Refused(path, e.Message, e, ErrorKind.Exhausted);
        }
        catch (LinuxException e)
        {
            throw PathBytes.Refused(path, e.Message, e, e.Errno is Errno.EPERM or Errno.EACCES or Errno.EROFS ? ErrorKind.Denied : ErrorKind.Corrupt);
        }
    }

    private void Place(TarEntryReader reader, TarEntry entry, byte[] path, CancellationToken cancellation)
    {
        if (path.Length == 0)
        {
            PlaceRoot(entry);
            return;
        }
        if (_options.Whiteouts == WhiteoutMode.Overlay && TryWhiteout(path))
            return;
        DirFd parent = Parent(path);
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        if (entry.Kind != TarEntryKind.Directory)
            _directories.Remove(path);
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                PlaceDirectory(entry, path, parent, cancellation);
                break;
            case TarEntryKind.Regular:
                PlaceFile(reader, entry, path, parent, cancellation);
                break;
            case TarEntryKind.HardLink:
                PlaceHardLink(entry, path, parent, cancellation);
                break;
            case TarEntryKind.Symlink:
                if (entry.LinkName.Length == 0)
                    throw PathBytes.Refused(path, "it is a symlink to nothing");
                Retry(parent, path, name => parent.TrySymlink(name, entry.LinkName), cancellation);
                Dress(parent, leaf, entry, hasMode: false);
                break;
            default:
                var type = entry.Kind switch
                {
                    TarEntryKind.CharacterDevice => FileType.CharacterDevice,
                    TarEntryKind.BlockDevice => FileType.BlockDevice,
                    _ => FileType.Fifo,
                };
                Retry(parent, path, name => parent.TryMakeNode(name, type, 0, entry.Device), cancellation);
                Dress(parent, leaf, entry, hasMode: true);
                break;
        }
    }

    private void PlaceRoot(TarEntry entry)
    {
        if (entry.Kind != TarEntryKind.Directory)
            throw PathBytes.Refused(entry.Name, "the root can only be a directory");
        _directories[[]] = Metadata(entry);
    }

    private delegate bool Maker(ReadOnlySpan<byte> name);

    // Makes something under a free name; a taken one is freed first. The second failure is a race with someone else in this tree.
    private void Retry(DirFd parent, byte[] path, Maker make, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        if (make(leaf))
            return;
        Free(parent, path, cancellation);
        if (!make(leaf))
            throw new LinuxException("make", Errno.EEXIST, PathBytes.Show(leaf));
    }

    private void Free(DirFd parent, byte[] path, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        // What goes may be a directory that is cached, or a link that a cached path leads through.
        _parents.Clear();
        if (parent.TryStatus(leaf, out FileStatus status) && status.IsDirectory)
            FreeDirectory(parent, path, cancellation);
        else
            parent.TryUnlink(leaf);
    }

    private void PlaceFile(TarEntryReader reader, TarEntry entry, byte[] path, DirFd parent, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        uint mode = _options.Mode ?? entry.Mode;
        uint first = _fresh.HasMode(mode) ? mode : UnfinishedMode;
        SafeFd? made = parent.TryCreateFile(leaf, first);
        if (made is null)
        {
            Free(parent, path, cancellation);
            made = parent.CreateFile(leaf, first);
        }
        using SafeFd file = made;
        long end = 0;
        for (int length; (length = reader.ReadData(_buffer, out long offset)) > 0; end = offset + length)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_options.MakeHoles)
            {
                WriteAroundHoles(file, _buffer.AsSpan(0, length), offset);
                continue;
            }
            _room.Take(length);
            file.WriteAt(_buffer.AsSpan(0, length), offset);
            _bytes += length;
        }
        if (end < entry.Size || (_options.MakeHoles && end > 0))
            file.SetLength(entry.Size);
        (uint uid, uint gid) = Owner(entry);
        if (!_fresh.HasOwner(uid, gid))
            file.SetOwner(uid, gid);
        if (!_fresh.HasMode(mode))
            file.SetMode(mode);
        foreach (TarXattr xattr in Kept(entry))
            file.SetXattr(xattr.Key, xattr.Value);
        file.SetTime(entry.Modified);
        if (end >= LargeFile)
            file.BeginFlush();
    }

    private void WriteAroundHoles(SafeFd file, ReadOnlySpan<byte> data, long offset)
    {
        for (int start = 0, end; start < data.Length; start = end)
        {
            end = start;
            while (end < data.Length && !IsHole(data, end))
                end = Math.Min(end + HoleSize, data.Length);
            if (end > start)
            {
                _room.Take(end - start);
                file.WriteAt(data[start..end], offset + start);
                _bytes += end - start;
            }
            else
            {
                end = Math.Min(end + HoleSize, data.Length);
            }
        }
    }

    private static bool IsHole(ReadOnlySpan<byte> data, int at) => !data[at..Math.Min(at + HoleSize, data.Length)].ContainsAnyExcept((byte)0);

    private void PlaceHardLink(TarEntry entry, byte[] path, DirFd parent, CancellationToken cancellation)
    {
        byte[] target = Renamed(entry.LinkName) ?? throw PathBytes.Refused(path, "it is a hard link to an entry that is left out");
        if (target.Length == 0 || target.AsSpan().SequenceEqual(path))
            throw PathBytes.Refused(path, "it is a hard link to itself or to the root");
        using DirFd from = _root.TryOpenDirectory(PathBytes.Parent(target), Resolve.InRoot)
            ?? throw PathBytes.Refused(path, $"its hard link leads to '{PathBytes.Show(target)}', which is not there");
        byte[] leaf = PathBytes.Leaf(path).ToArray(), existing = PathBytes.Leaf(target).ToArray();
        if (!from.TryStatus(existing, out FileStatus source))
            throw PathBytes.Refused(path, $"its hard link leads to '{PathBytes.Show(target)}', which is not there");
        if (parent.TryStatus(leaf, out FileStatus present) && present.IsSameFileAs(source))
            return;
        Retry(parent, path, name => parent.TryLink(name, from, existing), cancellation);
    }

    private void Dress(DirFd parent, ReadOnlySpan<byte> leaf, TarEntry entry, bool hasMode)
    {
        (uint uid, uint gid) = Owner(entry);
        if (!_fresh.HasOwner(uid, gid))
            parent.SetOwner(leaf, uid, gid);
        if (hasMode)
            parent.SetMode(leaf, _options.Mode ?? entry.Mode);
        foreach (TarXattr xattr in Kept(entry))
        {
            // The kernel takes user attributes on files and directories only.
            if (!xattr.Key.AsSpan().StartsWith("user."u8))
                parent.SetXattr(leaf, xattr.Key, xattr.Value);
        }
        parent.SetTime(leaf, entry.Modified);
    }

    private (uint Uid, uint Gid) Owner(TarEntry entry) => Mapped(_options.Owner ?? (entry.Uid, entry.Gid));

    private (uint Uid, uint Gid) Mapped((uint Uid, uint Gid) owner) => _options.Owners?.Outside(owner) ?? owner;

    private IEnumerable<TarXattr> Kept(TarEntry entry)
    {
        foreach (TarXattr xattr in entry.Xattrs)
        {
            if (XattrPolicy.IsContent(xattr.Key))
                yield return xattr;
            else
                _options.Note?.Invoke($"attribute {PathBytes.Show(xattr.Key)} of '{PathBytes.Show(entry.Name)}' is not kept");
        }
    }
}

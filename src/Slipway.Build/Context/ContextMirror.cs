using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>
/// Makes a directory the same as a context that its owner describes: first every entry, directories before what is in them and names in the order of
/// their bytes, then the content of the files that this directory hasn't got as they are described. Whoever describes may be hostile: nothing is made
/// or read outside of the directory, and there is a bound to everything.
/// </summary>
public sealed class ContextMirror : IDisposable
{
    /// <summary>Entries of the largest context, and directories below each other.</summary>
    public const int MaxEntries = 1_000_000, MaxDepth = SourceScanner.MaxDepth;

    private const int MaxPath = 4095, MaxOpen = 64;
    private const uint PrivateMode = 0b110_000_000, ModeBits = 0b111_111_111_111;

    private readonly Stack<Place> _places = new();
    private readonly Dictionary<int, Wanted> _wanted = [];
    private readonly DirFd _root;
    private int _count, _open;

    /// <summary>Begins.</summary>
    /// <param name="root">The directory; stays the caller's.</param>
    public ContextMirror(DirFd root)
    {
        ArgumentNullException.ThrowIfNull(root);
        _root = root;
        _places.Push(new(root.Reopen(), []));
    }

    /// <summary>How many files are still to come.</summary>
    public int Missing => _wanted.Count;

    /// <summary>The next entry. Returns whether its content is wanted: then it is known by its number, counted from 0.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: no entry of a context; Exhausted: too many.</exception>
    public bool Add(ContextEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        int number = _count++;
        if (number == MaxEntries)
            throw new SlipwayException(ErrorKind.Exhausted, $"the context has more than {MaxEntries} entries") { Hint = "leave out what the build doesn't need with a .dockerignore" };
        int slash = Check(entry.Path);
        ReadOnlySpan<byte> parent = slash < 0 ? [] : entry.Path.AsSpan(0, slash), name = entry.Path.AsSpan(slash + 1);
        while (!_places.Peek().Path.AsSpan().SequenceEqual(parent))
        {
            if (_places.Count == 1)
                throw Refused(entry.Path, "its directory doesn't come before it");
            Leave();
        }
        Place place = _places.Peek();
        if (place.Last is not null && name.SequenceCompareTo(place.Last) <= 0)
            throw Refused(entry.Path, "it comes twice, or out of order");
        place.Last = name.ToArray();
        bool isThere = place.Reach(name);
        switch (entry.Type)
        {
            case FileType.Directory:
                Enter(place, entry, isThere);
                return false;
            case FileType.Symlink:
                Symlink(place.Directory, name, entry, isThere);
                return false;
            case FileType.Fifo:
                Clear(place.Directory, name, isThere);
                place.Directory.TryMakeNode(name, FileType.Fifo, PrivateMode);
                place.Directory.SetMode(name, entry.Mode & ModeBits);
                return false;
            case FileType.Regular when entry.Link.Length > 0:
                HardLink(place.Directory, name, entry, isThere);
                return false;
            case FileType.Regular:
                return File(place, name, entry, isThere, number);
            default:
                throw Refused(entry.Path, "a device or socket is no file of a context");
        }
    }

    /// <summary>There are no more entries: what wasn't named goes.</summary>
    public void End()
    {
        while (_places.Count > 0)
            Leave();
    }

    /// <summary>A piece of a wanted file's content; an empty one is its end.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: nobody wanted that; Conflict: it is longer or shorter than it was said to be.</exception>
    public void Write(int number, ReadOnlySpan<byte> bytes)
    {
        if (!_wanted.TryGetValue(number, out Wanted? wanted))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"the client sends the content of entry {number}, and it wasn't asked for");
        wanted.File ??= Open(wanted);
        if (bytes.Length > wanted.Entry.Size - wanted.Written || (bytes.IsEmpty && wanted.Written < wanted.Entry.Size))
            throw Changed(wanted, wanted.Written + bytes.Length);
        if (!bytes.IsEmpty)
        {
            wanted.File.WriteAt(bytes, wanted.Written);
            wanted.Written += bytes.Length;
            return;
        }
        // Its time last: a file of which a kill left a part doesn't look like the one that was described.
        wanted.File.SetMode(wanted.Entry.Mode & ModeBits);
        wanted.File.SetTime(wanted.Entry.Modified);
        wanted.Dispose();
        _wanted.Remove(number);
        _open--;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_places.TryPop(out Place? place))
            place.Directory.Dispose();
        foreach (Wanted wanted in _wanted.Values)
            wanted.Dispose();
    }

    private SafeFd Open(Wanted wanted)
    {
        if (_open == MaxOpen)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"the client sends more than {MaxOpen} files at once");
        SafeFd file = _root.OpenPath(wanted.Entry.Path, OpenFlags.ReadWrite, 0, Resolve.NoLinks);
        _open++;
        return file;
    }

    private void Enter(Place place, ContextEntry entry, bool isThere)
    {
        if (_places.Count > MaxDepth)
            throw new SlipwayException(ErrorKind.Exhausted, $"{Show(entry.Path)}: directories nested deeper than {MaxDepth}");
        byte[] name = place.Last!;
        if (!isThere || !place.Directory.Status(name).IsDirectory)
        {
            Clear(place.Directory, name, isThere);
            place.Directory.MakeDirectory(name);
        }
        DirFd directory = place.Directory.OpenDirectory(name);
        _places.Push(new(directory, entry.Path));
        directory.Handle.SetMode(entry.Mode & ModeBits);
    }

    private void Leave()
    {
        using Place left = _places.Pop();
        left.Reach([]);
    }

    private static void Symlink(DirFd directory, ReadOnlySpan<byte> name, ContextEntry entry, bool isThere)
    {
        if (entry.Link.Length is 0 or > MaxPath || entry.Link.Contains((byte)0))
            throw Refused(entry.Path, "a link that leads nowhere");
        if (isThere && directory.Status(name).IsSymlink && directory.ReadLink(name).AsSpan().SequenceEqual(entry.Link))
            return;
        Clear(directory, name, isThere);
        directory.TrySymlink(name, entry.Link);
    }

    private void HardLink(DirFd directory, ReadOnlySpan<byte> name, ContextEntry entry, bool isThere)
    {
        int slash = Check(entry.Link);
        using DirFd? from = slash < 0 ? _root.Reopen() : _root.TryOpenDirectory(entry.Link.AsSpan(0, slash), Resolve.NoLinks);
        ReadOnlySpan<byte> existing = entry.Link.AsSpan(slash + 1);
        // What comes later can't be meant: it may be something else by then.
        if (from is null || !from.TryStatus(existing, out FileStatus status) || !status.IsRegular || !IsBefore(entry.Link, entry.Path))
            throw Refused(entry.Path, $"it is said to be {Show(entry.Link)}, which is no file before it");
        if (isThere && directory.Status(name).IsSameFileAs(status))
            return;
        Clear(directory, name, isThere);
        directory.TryLink(name, from, existing);
    }

    private bool File(Place place, ReadOnlySpan<byte> name, ContextEntry entry, bool isThere, int number)
    {
        if (entry.Size < 0)
            throw Refused(entry.Path, $"a file of {entry.Size} bytes");
        DirFd directory = place.Directory;
        if (isThere && directory.Status(name) is { IsRegular: true, Links: 1 } status && status.Size == entry.Size && status.Modified == entry.Modified)
        {
            if (status.Mode != (entry.Mode & ModeBits))
                directory.SetMode(name, entry.Mode & ModeBits);
            return false;
        }
        Clear(directory, name, isThere);
        using SafeFd file = directory.CreateFile(name, PrivateMode);
        if (entry.Size > 0)
        {
            _wanted[number] = new(entry);
            return true;
        }
        file.SetMode(entry.Mode & ModeBits);
        file.SetTime(entry.Modified);
        return false;
    }

    private static void Clear(DirFd directory, ReadOnlySpan<byte> name, bool isThere)
    {
        if (isThere)
            directory.RemoveTree(name);
    }

    // Where its last name begins, less one; -1 for a path of one name.
    private static int Check(ReadOnlySpan<byte> path)
    {
        if (path.Length is 0 or > MaxPath || path.Contains((byte)0))
            throw Refused(path, "no path");
        foreach (Range range in path.Split((byte)'/'))
        {
            if (path[range] is [] or [(byte)'.'] or [(byte)'.', (byte)'.'] or { Length: > 255 })
                throw Refused(path, "no path beneath the context's root");
        }
        return path.LastIndexOf((byte)'/');
    }

    // In the order of entries: name by name, which is that of the bytes with the slash before all others.
    private static bool IsBefore(ReadOnlySpan<byte> path, ReadOnlySpan<byte> other)
    {
        int common = path.CommonPrefixLength(other);
        if (common == path.Length || common == other.Length)
            return path.Length < other.Length;
        return other[common] != (byte)'/' && (path[common] == (byte)'/' || path[common] < other[common]);
    }

    private static SlipwayException Refused(ReadOnlySpan<byte> path, string why) => new(ErrorKind.InvalidArgument, $"the client's context: {Show(path)}: {why}");

    private static SlipwayException Changed(Wanted wanted, long come) =>
        new(ErrorKind.Conflict, $"{Show(wanted.Entry.Path)}: {come} bytes of it came, and {wanted.Entry.Size} were said: it changed while it was being sent, or can't be read")
        {
            Hint = "build again when nothing writes to the context",
        };

    private static string Show(ReadOnlySpan<byte> path) => $"\"/{Printable.Escape(FileNames.Decode(path[..Math.Min(path.Length, MaxPath)]))}\"";

    // A directory whose entries are coming, and what of it there is already, in the same order.
    private sealed class Place(DirFd directory, byte[] path) : IDisposable
    {
        private readonly List<DirEntry> _old = directory.List(sorted: true);
        private int _next;

        public DirFd Directory { get; } = directory;

        public byte[] Path { get; } = path;

        public byte[]? Last { get; set; }

        /// <summary>Removes what is there and comes before a name; all the rest where that is empty. Returns whether the name is there.</summary>
        public bool Reach(ReadOnlySpan<byte> name)
        {
            for (; _next < _old.Count; _next++)
            {
                int order = name.IsEmpty ? -1 : _old[_next].Name.AsSpan().SequenceCompareTo(name);
                if (order > 0)
                    return false;
                if (order == 0)
                {
                    _next++;
                    return true;
                }
                Directory.RemoveTree(_old[_next].Name);
            }
            return false;
        }

        public void Dispose() => Directory.Dispose();
    }

    private sealed class Wanted(ContextEntry entry) : IDisposable
    {
        public ContextEntry Entry { get; } = entry;

        public SafeFd? File { get; set; }

        public long Written { get; set; }

        public void Dispose() => File?.Dispose();
    }
}

using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Checking;

/// <summary>Compares a tree with what it should be: names, kinds, owners, modes, times, attributes, links and every byte.</summary>
internal sealed class TreeComparer(CancellationToken cancellation)
{
    /// <summary>More are not listed: a tree with so many is lost as a whole.</summary>
    public const int Most = 100;

    private const int BufferSize = 128 * 1024;
    private readonly byte[] _expectedBytes = new byte[BufferSize], _actualBytes = new byte[BufferSize];
    private readonly List<TreeDifference> _found = [];

    // The first name of each file that has several, in both trees: they are walked in one order.
    private readonly Dictionary<(DeviceNumber, ulong), byte[]> _expectedLinks = [], _actualLinks = [];

    /// <summary>The differences, at most <see cref="Most"/>.</summary>
    public static IReadOnlyList<TreeDifference> Compare(DirFd expected, DirFd actual, CancellationToken cancellation)
    {
        var comparer = new TreeComparer(cancellation);
        comparer.CompareStatus([], expected.Status(), actual.Status());
        comparer.CompareXattrs([], expected.Handle, actual.Handle);
        comparer.Walk(expected, actual);
        return comparer._found;
    }

    // A stack of its own: how deep a tree is, is up to whoever made it.
    private void Walk(DirFd expected, DirFd actual)
    {
        var open = new Stack<(DirFd Expected, DirFd Actual, byte[] Path)>();
        open.Push((expected.Reopen(), actual.Reopen(), []));
        try
        {
            while (_found.Count < Most && open.TryPop(out (DirFd Expected, DirFd Actual, byte[] Path) pair))
            {
                using (pair.Expected)
                using (pair.Actual)
                    CompareNames(pair.Expected, pair.Actual, pair.Path, open);
            }
        }
        finally
        {
            foreach ((DirFd one, DirFd other, _) in open)
            {
                one.Dispose();
                other.Dispose();
            }
        }
    }

    private void CompareNames(DirFd expected, DirFd actual, byte[] path, Stack<(DirFd, DirFd, byte[])> open)
    {
        List<DirEntry> should = expected.List(sorted: true);
        var extra = new HashSet<byte[]>(actual.List().Select(e => e.Name), ByteKey.Comparer);
        foreach (byte[] name in should.Select(e => e.Name))
        {
            cancellation.ThrowIfCancellationRequested();
            extra.Remove(name);
            byte[] child = [.. path, (byte)'/', .. name];
            FileStatus wanted = expected.Status(name);
            if (!actual.TryStatus(name, out FileStatus found))
                Say(child, "missing");
            // Whiteouts hide a name, and are nothing else: when one was made is nobody's word.
            else if (!(wanted.IsWhiteout() && found.IsWhiteout()) && CompareStatus(child, wanted, found))
                CompareInside(expected, actual, name, child, wanted, open);
        }
        foreach (byte[] name in extra)
            Say([.. path, (byte)'/', .. name], "not part of the layer");
    }

    private void CompareInside(DirFd expected, DirFd actual, byte[] name, byte[] path, in FileStatus wanted, Stack<(DirFd, DirFd, byte[])> open)
    {
        switch (wanted.Type)
        {
            case FileType.Directory:
                (DirFd one, DirFd other) = (expected.OpenDirectory(name), actual.OpenDirectory(name));
                CompareXattrs(path, one.Handle, other.Handle);
                open.Push((one, other, path));
                break;
            case FileType.Regular:
                using (SafeFd should = expected.OpenName(name, OpenFlags.ReadOnly | OpenFlags.NoFollow), has = actual.OpenName(name, OpenFlags.ReadOnly | OpenFlags.NoFollow))
                {
                    CompareXattrs(path, should, has);
                    CompareContent(path, should, has);
                }
                break;
            case FileType.Symlink:
                if (!expected.ReadLink(name).AsSpan().SequenceEqual(actual.ReadLink(name)))
                    Say(path, "leads elsewhere");
                break;
        }
    }

    // False where they are things of different kinds, and nothing more is to be said.
    private bool CompareStatus(byte[] path, in FileStatus should, in FileStatus has)
    {
        if (should.Type != has.Type || should.SpecialDevice != has.SpecialDevice)
        {
            Say(path, $"a {Name(has.Type)} instead of a {Name(should.Type)}");
            return false;
        }
        if (should.Mode != has.Mode && !should.IsSymlink)
            Say(path, $"mode {Octal(has.Mode)} instead of {Octal(should.Mode)}");
        if ((should.Uid, should.Gid) != (has.Uid, has.Gid))
            Say(path, string.Create(CultureInfo.InvariantCulture, $"owner {has.Uid}:{has.Gid} instead of {should.Uid}:{should.Gid}"));
        if (should.Modified != has.Modified)
            Say(path, "another time");
        if (!should.IsDirectory)
            CompareLinks(path, should, has);
        return true;
    }

    // Not by counts: a file may have further names in other layers.
    private void CompareLinks(byte[] path, in FileStatus should, in FileStatus has)
    {
        byte[] wanted = FirstName(_expectedLinks, should, path), found = FirstName(_actualLinks, has, path);
        if (!wanted.AsSpan().SequenceEqual(found))
            Say(path, found == path ? $"no other name of '{PathBytes.Show(wanted)}'" : $"another name of '{PathBytes.Show(found)}'");
    }

    private static byte[] FirstName(Dictionary<(DeviceNumber, ulong), byte[]> names, in FileStatus status, byte[] path) =>
        status.Links < 2 || names.TryAdd((status.Device, status.Inode), path) ? path : names[(status.Device, status.Inode)];

    private void CompareXattrs(byte[] path, SafeFd should, SafeFd has)
    {
        var extra = new HashSet<byte[]>(Kept(has), ByteKey.Comparer);
        foreach (byte[] key in Kept(should))
        {
            if (!extra.Remove(key) || !should.FindXattr(key).AsSpan().SequenceEqual(has.FindXattr(key)))
                Say(path, $"another {PathBytes.Show(key)}");
        }
        foreach (byte[] key in extra)
            Say(path, $"has {PathBytes.Show(key)}");
    }

    private void CompareContent(byte[] path, SafeFd should, SafeFd has)
    {
        using FileStream one = should.ToStream(FileAccess.Read), other = has.ToStream(FileAccess.Read);
        for (long at = 0; ; )
        {
            cancellation.ThrowIfCancellationRequested();
            int length = one.ReadAtLeast(_expectedBytes, BufferSize, throwOnEndOfStream: false);
            int found;
            try
            {
                found = other.ReadAtLeast(_actualBytes, BufferSize, throwOnEndOfStream: false);
            }
            catch (IOException e)
            {
                Say(path, $"can't be read: {e.Message}");
                return;
            }
            int same = _expectedBytes.AsSpan(0, length).CommonPrefixLength(_actualBytes.AsSpan(0, found));
            if (same < length || found != length)
            {
                Say(path, string.Create(CultureInfo.InvariantCulture, $"content differs from byte {at + same} on"));
                return;
            }
            if (length == 0)
                return;
            at += length;
        }
    }

    private static IEnumerable<byte[]> Kept(SafeFd file) => file.ListXattrs().Where(k => XattrPolicy.IsContent(k) || k.AsSpan().SequenceEqual(XattrPolicy.Opaque));

    private void Say(byte[] path, string what)
    {
        if (_found.Count < Most)
            _found.Add(new(path.Length == 0 ? "/" : PathBytes.Show(path), what));
    }

    private static string Octal(uint mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static string Name(FileType type) => type switch
    {
        FileType.Regular => "file",
        FileType.Directory => "directory",
        FileType.Symlink => "symlink",
        _ => "device, fifo or socket",
    };
}

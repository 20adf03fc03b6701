using System.Runtime.CompilerServices;
using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>Extended attributes (xattr(7)) by descriptor, O_PATH ones and those of symlinks included.</summary>
[SkipLocalsInit]
public static unsafe class Xattrs
{
    private const int LongestValue = 65536;

    /// <summary>Sets an attribute.</summary>
    public static void SetXattr(this SafeFd file, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* path = file.CPath(stackalloc byte[CName.StackSize]))
        fixed (byte* name = CName.Path(key, stackalloc byte[CName.StackSize]))
        fixed (byte* v = value)
            Check.Result(Setxattr(path, name, v, (nuint)value.Length, 0), "set attribute", CName.Show(key));
    }

    /// <summary>An attribute; null where the file has none of that key, or the file system has no attributes.</summary>
    public static byte[]? FindXattr(this SafeFd file, ReadOnlySpan<byte> key)
    {
        fixed (byte* path = file.CPath(stackalloc byte[CName.StackSize]))
        fixed (byte* name = CName.Path(key, stackalloc byte[CName.StackSize]))
        {
            byte* small = stackalloc byte[256];
            nint length = Getxattr(path, name, small, 256);
            if (length >= 0)
                return new ReadOnlySpan<byte>(small, (int)length).ToArray();
            if (Check.LastErrno is Errno.ENODATA or Errno.EOPNOTSUPP)
                return null;
            if (Check.LastErrno != Errno.ERANGE)
                throw new LinuxException("read attribute", Check.LastErrno, CName.Show(key));
            byte[] large = new byte[LongestValue];
            fixed (byte* p = large)
                length = (nint)Check.Result(Getxattr(path, name, p, LongestValue), "read attribute", CName.Show(key));
            return large[..(int)length];
        }
    }

    /// <summary>The keys of all attributes, sorted by bytes.</summary>
    public static IReadOnlyList<byte[]> ListXattrs(this SafeFd file)
    {
        fixed (byte* path = file.CPath(stackalloc byte[CName.StackSize]))
        {
            byte* small = stackalloc byte[1024];
            nint length = Listxattr(path, small, 1024);
            if (length == 0 || (length == -1 && Check.LastErrno == Errno.EOPNOTSUPP))
                return [];
            if (length > 0)
                return Split(new(small, (int)length));
            if (Check.LastErrno != Errno.ERANGE)
                throw new LinuxException("list attributes", Check.LastErrno);
            byte[] large = new byte[LongestValue];
            fixed (byte* p = large)
                length = (nint)Check.Result(Listxattr(path, p, LongestValue), "list attributes");
            return Split(large.AsSpan(0, (int)length));
        }
    }

    /// <summary>Removes an attribute.</summary>
    public static void RemoveXattr(this SafeFd file, ReadOnlySpan<byte> key)
    {
        fixed (byte* path = file.CPath(stackalloc byte[CName.StackSize]))
        fixed (byte* name = CName.Path(key, stackalloc byte[CName.StackSize]))
            Check.Result(Removexattr(path, name), "remove attribute", CName.Show(key));
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> list)
    {
        var keys = new List<byte[]>();
        for (int end; (end = list.IndexOf((byte)0)) >= 0; list = list[(end + 1)..])
            keys.Add(list[..end].ToArray());
        keys.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return keys;
    }
}

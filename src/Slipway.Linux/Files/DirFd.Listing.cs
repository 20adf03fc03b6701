using System.Buffers.Binary;
using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

public sealed unsafe partial class DirFd
{
    private const int ListBufferSize = 32 * 1024;

    /// <summary>All names, in the order of <paramref name="sorted"/> bytes or of the file system; without <c>.</c> and <c>..</c>.</summary>
    /// <param name="sorted">By the bytes of the names.</param>
    /// <param name="most">Where there are more, some of them are enough to say so.</param>
    public List<DirEntry> List(bool sorted = false, int most = int.MaxValue)
    {
        var entries = new List<DirEntry>();
        byte* buffer = stackalloc byte[ListBufferSize];
        Check.Result(Lseek(Fd, 0, SEEK_SET), "rewind directory");
        while (true)
        {
            int length = (int)Check.Result(Getdents64(Fd, buffer, ListBufferSize), "list directory");
            if (length == 0)
                break;
            Parse(new ReadOnlySpan<byte>(buffer, length), entries);
            if (entries.Count > most)
                break;
        }
        if (sorted)
            entries.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return entries;
    }

    // struct linux_dirent64: u64 inode, s64 offset, u16 length of the record, u8 type, name, NUL.
    private static void Parse(ReadOnlySpan<byte> records, List<DirEntry> entries)
    {
        while (!records.IsEmpty)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            ReadOnlySpan<byte> name = records[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                entries.Add(new(name.ToArray(), (FileType)records[18], BinaryPrimitives.ReadUInt64LittleEndian(records)));
            records = records[length..];
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Slipway.Store.Explaining.Packages;

/// <summary>A package's header as rpm's database keeps it (rpm's format.md, "Header"): an index of tags, and their data.</summary>
internal readonly ref struct RpmHeader
{
    private const int Name = 1000, Version = 1001, Release = 1002, DirIndexes = 1116, BaseNames = 1117, DirNames = 1118;
    private const int EntrySize = 16;
    private readonly ReadOnlySpan<byte> _index;
    private readonly ReadOnlySpan<byte> _data;

    /// <exception cref="InvalidDataException">Its lengths are wrong.</exception>
    public RpmHeader(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 8)
            throw new InvalidDataException("a header is cut");
        uint entries = BinaryPrimitives.ReadUInt32BigEndian(blob), length = BinaryPrimitives.ReadUInt32BigEndian(blob[4..]);
        if (8 + (ulong)entries * EntrySize + length > (ulong)blob.Length)
            throw new InvalidDataException("a header is cut");
        _index = blob.Slice(8, (int)entries * EntrySize);
        _data = blob.Slice(8 + (int)entries * EntrySize, (int)length);
    }

    /// <summary>The package.</summary>
    public Package Package => new(Text(Name) ?? "?", Text(Version) is { } version ? $"{version}-{Text(Release)}" : null, "rpm");

    /// <summary>Whether it has a file of this directory (with a slash at its end) and name.</summary>
    public bool Has(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> names = Find(BaseNames, out int count), indexes = Find(DirIndexes, out int indexCount), directories = Find(DirNames, out int directoryCount);
        int wanted = -1;
        for (int i = 0; i < directoryCount && wanted < 0 && !directories.IsEmpty; i++)
        {
            if (Next(ref directories).SequenceEqual(directory))
                wanted = i;
        }
        for (int i = 0; wanted >= 0 && i < count && i < indexCount && (i + 1) * 4 <= indexes.Length && !names.IsEmpty; i++)
        {
            if (Next(ref names).SequenceEqual(name) && BinaryPrimitives.ReadInt32BigEndian(indexes[(i * 4)..]) == wanted)
                return true;
        }
        return false;
    }

    private string? Text(int tag)
    {
        ReadOnlySpan<byte> data = Find(tag, out int count);
        return count == 0 ? null : Encoding.UTF8.GetString(Next(ref data));
    }

    private ReadOnlySpan<byte> Find(int tag, out int count)
    {
        for (int at = 0; at < _index.Length; at += EntrySize)
        {
            ReadOnlySpan<byte> entry = _index.Slice(at, EntrySize);
            uint offset = BinaryPrimitives.ReadUInt32BigEndian(entry[8..]);
            if (BinaryPrimitives.ReadInt32BigEndian(entry) != tag || offset > (uint)_data.Length)
                continue;
            count = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(entry[12..]), int.MaxValue);
            return _data[(int)offset..];
        }
        count = 0;
        return default;
    }

    // Strings end in a NUL; the data, where one is missing.
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        ReadOnlySpan<byte> text = end < 0 ? data : data[..end];
        data = end < 0 ? default : data[(end + 1)..];
        return text;
    }
}

using Slipway.Oci;

namespace Slipway.Store.Archives;

// Sparse files, in the four ways that GNU tar has written them (tar's manual, "Storing Sparse Files"):
//   'S'    the map in the header and in blocks after it
//   0.0    PAX records GNU.sparse.offset and GNU.sparse.numbytes, repeated
//   0.1    one PAX record GNU.sparse.map: "offset,length,offset,length"
//   1.0    the map as lines of decimals at the start of the content, filled up to a whole block
public sealed partial class TarEntryReader
{
    private const int MaxExtents = 64 * 1024;

    // What holds data, the size with its holes, and the bytes of content that are still in the archive.
    private (List<TarExtent>? Extents, long Size, long Left) Sparse(PaxRecords? pax, long stored, byte[] name)
    {
        if (_block[TarFormat.TypeOffset] == (byte)'S')
            return Checked(OldMap(name, out long real), real, stored, name);
        if (pax is null)
            return (null, stored, stored);
        if (pax.FindNumber("GNU.sparse.major") is 1)
        {
            long size = pax.FindNumber("GNU.sparse.realsize") ?? throw Bad(name, "it is sparse and does not tell its size");
            List<TarExtent> map = MapInContent(stored, name, out long used);
            return Checked(map, size, stored - used, name);
        }
        long? realSize = pax.FindNumber("GNU.sparse.size") ?? pax.FindNumber("GNU.sparse.realsize");
        if (pax.Find("GNU.sparse.map") is { } text)
            return Checked(Pairs(Decimals(text, (byte)',', name), name), realSize ?? stored, stored, name);
        return pax.SparsePairs.Count > 0 ? Checked(Pairs(pax.SparsePairs, name), realSize ?? stored, stored, name) : (null, stored, stored);
    }

    // In order, apart from each other, inside the file, and as long in sum as what is stored.
    private static (List<TarExtent>, long, long) Checked(List<TarExtent> extents, long size, long stored, byte[] name)
    {
        long end = 0, sum = 0;
        foreach (TarExtent extent in extents)
        {
            if (extent.Offset < end || extent.Length < 0 || extent.Offset > size - extent.Length)
                throw Bad(name, "its sparse map is not in order");
            end = extent.Offset + extent.Length;
            sum += extent.Length;
        }
        return sum == stored ? (extents, size, stored) : throw Bad(name, "its sparse map does not match its size");
    }

    private List<TarExtent> OldMap(byte[] name, out long real)
    {
        real = Number(TarFormat.GnuRealSize, "size", name);
        var numbers = new List<long>();
        ReadPairs(_block.AsSpan(TarFormat.GnuSparseOffset, TarFormat.GnuSparsePairs * TarFormat.GnuPairSize), numbers, name);
        bool more = _block[TarFormat.GnuExtendedFlag] != 0;
        byte[] block = new byte[TarFormat.BlockSize];
        while (more)
        {
            RequireFewExtents(numbers.Count / 2);
            ReadExactly(block, "sparse map");
            ReadPairs(block.AsSpan(0, TarFormat.GnuBlockPairs * TarFormat.GnuPairSize), numbers, name);
            more = block[TarFormat.GnuBlockFlag] != 0;
        }
        return Pairs(numbers, name);
    }

    private static void ReadPairs(ReadOnlySpan<byte> map, List<long> numbers, byte[] name)
    {
        for (; !map.IsEmpty && map[0] != 0; map = map[TarFormat.GnuPairSize..])
        {
            if (!TarNumber.TryParse(map[..12], out long offset) || !TarNumber.TryParse(map[12..24], out long length))
                throw Bad(name, "its sparse map is not made of numbers");
            numbers.Add(offset);
            numbers.Add(length);
        }
    }

    private List<TarExtent> MapInContent(long stored, byte[] name, out long used)
    {
        var text = new List<byte>();
        byte[] block = new byte[TarFormat.BlockSize];
        used = 0;
        long lines = 0, wanted = 1;
        while (lines < wanted)
        {
            if (stored - used < block.Length)
                throw Bad(name, "its sparse map is cut");
            if (used + block.Length > _limits.MaxExtension)
                throw new TarException($"read archive: a sparse map is more than the {_limits.MaxExtension} bytes allowed", ErrorKind.Exhausted);
            ReadExactly(block, "sparse map");
            used += block.Length;
            text.AddRange(block);
            lines += block.AsSpan().Count((byte)'\n');
            if (wanted == 1 && lines > 0)
                wanted = 1 + 2 * Count(text, name);
        }
        List<long> numbers = Decimals(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text), (byte)'\n', name, (int)wanted);
        numbers.RemoveAt(0);
        return Pairs(numbers, name);
    }

    private static long Count(List<byte> text, byte[] name)
    {
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text);
        if (!TarNumber.TryParseDecimal(bytes[..bytes.IndexOf((byte)'\n')], out long count))
            throw Bad(name, "its sparse map is not made of numbers");
        RequireFewExtents(count);
        return count;
    }

    private static List<long> Decimals(ReadOnlySpan<byte> text, byte separator, byte[] name, int atMost = 2 * MaxExtents + 2)
    {
        var numbers = new List<long>();
        while (!text.IsEmpty && numbers.Count < atMost)
        {
            int end = text.IndexOf(separator);
            if (!TarNumber.TryParseDecimal(end < 0 ? text : text[..end], out long number))
                throw Bad(name, "its sparse map is not made of numbers");
            numbers.Add(number);
            text = end < 0 ? default : text[(end + 1)..];
        }
        return numbers;
    }

    private static List<TarExtent> Pairs(List<long> numbers, byte[] name)
    {
        RequireFewExtents(numbers.Count / 2);
        if (numbers.Count % 2 != 0)
            throw Bad(name, "its sparse map is cut");
        var extents = new List<TarExtent>(numbers.Count / 2);
        for (int i = 0; i < numbers.Count; i += 2)
            extents.Add(new(numbers[i], numbers[i + 1]));
        return extents;
    }

    private static void RequireFewExtents(long count)
    {
        if (count > MaxExtents)
            throw new TarException($"read archive: a sparse map has more than {MaxExtents} parts", ErrorKind.Exhausted);
    }
}

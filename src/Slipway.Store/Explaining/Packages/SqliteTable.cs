using System.Buffers.Binary;
using System.Text;

namespace Slipway.Store.Explaining.Packages;

/// <summary>
/// Reads the rows of one table of an SQLite file (https://www.sqlite.org/fileformat2.html) that a stranger has made. Not through SQLite itself: that is a
/// large program in C, we are root, and all that is wanted are the blobs of one table. Every page is read once at most, whatever the file says.
/// </summary>
internal sealed class SqliteTable
{
    private const int HeaderSize = 100, LeafHeaderSize = 8, InteriorHeaderSize = 12, MostColumns = 64;
    private const byte InteriorPage = 5, LeafPage = 13;
    private readonly Stream _file;
    private readonly int _pageSize, _usable;
    private readonly long _pages;
    private long _visits;

    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public SqliteTable(Stream file)
    {
        _file = file;
        Span<byte> header = stackalloc byte[HeaderSize];
        if (file.Length < HeaderSize)
            throw new InvalidDataException("it is too short");
        file.ReadExactly(header);
        if (!header.StartsWith("SQLite format 3\0"u8))
            throw new InvalidDataException("it is no SQLite database");
        int size = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        _pageSize = size == 1 ? 65536 : size;
        _usable = _pageSize - header[20];
        if (_pageSize < 512 || !int.IsPow2(_pageSize) || _usable < 480)
            throw new InvalidDataException("its pages have an impossible size");
        _pages = file.Length / _pageSize;
    }

    /// <summary>The blobs of a table's column, in no promised order. The column stands among the first of the row.</summary>
    /// <param name="table">Its name.</param>
    /// <param name="column">Which, from 0.</param>
    /// <param name="most">A row of more bytes is an error.</param>
    /// <exception cref="InvalidDataException">There is no such table, or the file is damaged.</exception>
    public IEnumerable<byte[]> Blobs(string table, int column, int most)
    {
        // Rows of the schema: type, name, table, root page, SQL.
        long? root = null;
        foreach (byte[] row in Rows(1, most))
        {
            if (Encoding.UTF8.GetString(Column(row, 0)) == "table" && Encoding.UTF8.GetString(Column(row, 1)) == table)
                root = Number(Column(row, 3));
        }
        foreach (byte[] row in Rows(root ?? throw new InvalidDataException($"it has no table {table}"), most))
            yield return Column(row, column).ToArray();
    }

    private IEnumerable<byte[]> Rows(long root, int most)
    {
        var open = new Stack<long>([root]);
        while (open.TryPop(out long number))
        {
            byte[] page = Page(number);
            int start = number == 1 ? HeaderSize : 0;
            int cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
            switch (page[start])
            {
                case InteriorPage:
                    open.Push(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(start + LeafHeaderSize)));
                    for (int i = cells - 1; i >= 0; i--)
                        open.Push(BinaryPrimitives.ReadUInt32BigEndian(At(page, CellOf(page, start + InteriorHeaderSize, i))));
                    break;
                case LeafPage:
                    for (int i = 0; i < cells; i++)
                        yield return Payload(page, CellOf(page, start + LeafHeaderSize, i), most);
                    break;
                default:
                    throw new InvalidDataException($"page {number} is no table's");
            }
        }
    }

    private static int CellOf(byte[] page, int pointers, int index) => BinaryPrimitives.ReadUInt16BigEndian(At(page, pointers + 2 * index));

    // Of a row too long for its page, the rest lies in a list of pages; how much is here, the format says.
    private byte[] Payload(byte[] page, int cell, int most)
    {
        ReadOnlySpan<byte> rest = At(page, cell);
        long size = Varint(ref rest);
        Varint(ref rest); // its number
        if (size < 0 || size > most)
            throw new InvalidDataException($"a row of {size} bytes is too long");
        int largest = _usable - 35, least = (_usable - 12) * 32 / 255 - 23;
        int surplus = (int)(least + (size - least) % (_usable - 4));
        int here = size <= largest ? (int)size : surplus <= largest ? surplus : least;
        if (rest.Length < here + (here < size ? 4 : 0))
            throw new InvalidDataException("a row goes beyond its page");
        byte[] payload = new byte[size];
        rest[..here].CopyTo(payload);
        uint next = here < size ? BinaryPrimitives.ReadUInt32BigEndian(rest[here..]) : 0;
        for (int filled = here; filled < size;)
        {
            byte[] overflow = Page(next);
            next = BinaryPrimitives.ReadUInt32BigEndian(overflow);
            int length = (int)Math.Min(size - filled, _usable - 4);
            overflow.AsSpan(4, length).CopyTo(payload.AsSpan(filled));
            filled += length;
        }
        return payload;
    }

    // A record: the length of its header, the types of its columns, their values.
    private static ReadOnlySpan<byte> Column(ReadOnlySpan<byte> row, int column)
    {
        ReadOnlySpan<byte> types = row;
        long header = Varint(ref types);
        long at = header;
        for (int i = 0; i < MostColumns && row.Length - types.Length < header; i++)
        {
            long type = Varint(ref types);
            long length = type switch
            {
                < 0 => throw new InvalidDataException("a row is damaged"),
                <= 4 => type,
                5 => 6,
                6 or 7 => 8,
                < 12 => 0,
                _ => (type - 12) / 2,
            };
            if (at < 0 || length > row.Length - at)
                throw new InvalidDataException("a row is damaged");
            if (i == column)
                return row.Slice((int)at, (int)length);
            at += length;
        }
        throw new InvalidDataException("a row lacks a column");
    }

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        long number = 0;
        foreach (byte b in bytes)
            number = (number << 8) | b;
        return number;
    }

    private static long Varint(ref ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (int i = 0; i < 9; i++)
        {
            if (i >= bytes.Length)
                throw new InvalidDataException("a number goes beyond its page");
            value = i == 8 ? (value << 8) | bytes[i] : (value << 7) | (uint)(bytes[i] & 0x7f);
            if (i < 8 && (bytes[i] & 0x80) != 0)
                continue;
            bytes = bytes[(i + 1)..];
            break;
        }
        return value;
    }

    private static ReadOnlySpan<byte> At(byte[] page, int offset) =>
        offset <= page.Length - 4 ? page.AsSpan(offset) : throw new InvalidDataException("a page is damaged");

    private byte[] Page(long number)
    {
        if (number < 1 || number > _pages)
            throw new InvalidDataException($"page {number} is not in the file");
        // The schema's are read twice, by no more: a page that is come to again is a circle.
        if (++_visits > _pages * 2)
            throw new InvalidDataException("its pages go in a circle");
        byte[] page = new byte[_pageSize];
        _file.Position = (number - 1) * _pageSize;
        _file.ReadExactly(page);
        return page;
    }
}

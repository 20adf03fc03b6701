using System.Text;

namespace Slipway.Store.Archives;

/// <summary>The records of a PAX header that mean something here (pax(1), "pax Extended Header File Format"). The last of several wins.</summary>
internal sealed class PaxRecords
{
    private const string XattrPrefix = "SCHILY.xattr.";
    private readonly Dictionary<string, byte[]> _values = [];

    /// <summary>Extended attributes, in the order of the header.</summary>
    public List<TarXattr> Xattrs { get; } = [];

    /// <summary>Pairs of GNU.sparse.offset and GNU.sparse.numbytes, which format 0.0 repeats.</summary>
    public List<long> SparsePairs { get; } = [];

    /// <summary>Reads the records: <c>LENGTH KEY=VALUE\n</c>, where LENGTH counts the whole record.</summary>
    /// <exception cref="TarException">Not well-formed.</exception>
    public static PaxRecords Parse(ReadOnlySpan<byte> data)
    {
        var records = new PaxRecords();
        while (!data.IsEmpty)
        {
            int space = data.IndexOf((byte)' ');
            if (space is < 1 or > 10 || !TarNumber.TryParseDecimal(data[..space], out long length) || length <= space + 1 || length > data.Length
                || data[(int)length - 1] != (byte)'\n')
                throw Malformed();
            ReadOnlySpan<byte> record = data[(space + 1)..((int)length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1 || record[..equals].Contains((byte)0))
                throw Malformed();
            records.Add(record[..equals], record[(equals + 1)..]);
            data = data[(int)length..];
        }
        return records;
    }

    /// <summary>The value of a key; null where there is none or an empty one, which takes back an earlier one.</summary>
    public byte[]? Find(string key) => _values.TryGetValue(key, out byte[]? value) && value.Length > 0 ? value : null;

    /// <summary>A number that must not be negative; null where there is none.</summary>
    public long? FindNumber(string key)
    {
        if (Find(key) is not { } text)
            return null;
        return TarNumber.TryParseDecimal(text, out long value) ? value : throw new TarException($"read PAX header: {key} is not a number");
    }

    private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        string name = Encoding.Latin1.GetString(key);
        if (name.StartsWith(XattrPrefix, StringComparison.Ordinal))
        {
            byte[] attribute = key[XattrPrefix.Length..].ToArray();
            Xattrs.RemoveAll(x => x.Key.AsSpan().SequenceEqual(attribute));
            if (attribute.Length > 0)
                Xattrs.Add(new(attribute, value.ToArray()));
        }
        else if (name is "GNU.sparse.offset" or "GNU.sparse.numbytes")
        {
            bool isOffset = SparsePairs.Count % 2 == 0;
            if (isOffset != (name == "GNU.sparse.offset") || !TarNumber.TryParseDecimal(value, out long number))
                throw new TarException("read PAX header: the sparse map is malformed");
            SparsePairs.Add(number);
        }
        else
        {
            _values[name] = value.ToArray();
        }
    }

    private static TarException Malformed() => new("read PAX header: a record is malformed");
}

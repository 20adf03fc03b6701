namespace Slipway.Store.Archives.Decoders;

/// <summary>Reads on while it sums up what it read.</summary>
internal sealed class CrcSource(ByteSource source)
{
    /// <summary>CRC-32 so far.</summary>
    public uint Value { get; private set; }

    public void Add(byte value) => Value = Checksums.Crc32(Value, [value]);

    public byte Next()
    {
        byte value = source.Next();
        Add(value);
        return value;
    }

    /// <summary>A number of seven bits a byte, the lowest first.</summary>
    public long Number()
    {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte b = Next();
            value |= (long)(b & 0x7f) << shift;
            if ((b & 0x80) == 0)
                return value;
        }
        throw new InvalidDataException("xz: an impossible number");
    }
}

using System.Buffers.Binary;

namespace Slipway.Store.Archives.Decoders;

/// <summary>Reads the packed side of a format byte by byte, and counts.</summary>
internal sealed class ByteSource(Stream packed)
{
    private readonly byte[] _one = new byte[1];

    /// <summary>Bytes taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>The next byte; -1 at the end.</summary>
    public int TryNext()
    {
        if (packed.Read(_one, 0, 1) == 0)
            return -1;
        Taken++;
        return _one[0];
    }

    /// <summary>The next byte.</summary>
    /// <exception cref="EndOfStreamException">There is none.</exception>
    public byte Next() => TryNext() is >= 0 and int value ? (byte)value : throw new EndOfStreamException();

    /// <summary>Fills a buffer.</summary>
    /// <exception cref="EndOfStreamException">There is not as much.</exception>
    public void Take(Span<byte> buffer)
    {
        packed.ReadExactly(buffer);
        Taken += buffer.Length;
    }

    /// <summary>A number of four bytes, the lowest first.</summary>
    public uint TakeUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Take(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}

using System.Buffers.Binary;

namespace Slipway.Build.Provenance;

/// <summary>Where in a pack an object is (gitformat-pack(5), version 2 of .idx files).</summary>
internal static class GitPackIndex
{
    private const int HeaderLength = 8, FanoutLength = 256 * 4, CrcLength = 4, OffsetLength = 4, LargeLength = 8;
    private const uint IsLarge = 0x80000000;

    /// <summary>The offset in the pack; null where the object isn't in it.</summary>
    public static long? FindOffset(SafeFileReader index, byte[] id)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (index.ReadAt(0, header) < HeaderLength || !header.SequenceEqual((ReadOnlySpan<byte>)[0xff, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2]))
            return null;
        long low = id[0] == 0 ? 0 : Number(index, HeaderLength + (id[0] - 1) * 4), high = Number(index, HeaderLength + id[0] * 4);
        long count = Number(index, HeaderLength + 255 * 4), names = HeaderLength + FanoutLength;
        Span<byte> name = stackalloc byte[64];
        name = name[..id.Length];
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (index.ReadAt(names + middle * id.Length, name) < id.Length)
                return null;
            int order = name.SequenceCompareTo(id);
            if (order == 0)
                return Offset(index, names + count * id.Length, count, middle);
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }
        return null;
    }

    private static long Offset(SafeFileReader index, long checksums, long count, long place)
    {
        long offsets = checksums + count * CrcLength;
        uint offset = (uint)Number(index, offsets + place * OffsetLength);
        if ((offset & IsLarge) == 0)
            return offset;
        Span<byte> large = stackalloc byte[LargeLength];
        if (index.ReadAt(offsets + count * OffsetLength + (offset & ~IsLarge) * LargeLength, large) < LargeLength)
            throw new InvalidDataException("git pack index is cut");
        return BinaryPrimitives.ReadInt64BigEndian(large);
    }

    private static long Number(SafeFileReader index, long at)
    {
        Span<byte> bytes = stackalloc byte[4];
        return index.ReadAt(at, bytes) == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : throw new InvalidDataException("git pack index is cut");
    }
}

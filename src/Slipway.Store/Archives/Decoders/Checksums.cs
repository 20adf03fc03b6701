namespace Slipway.Store.Archives.Decoders;

/// <summary>CRCs by table, a byte at a time.</summary>
internal static class Checksums
{
    private static readonly uint[] s_crc32 = Reflected32(0xEDB88320);
    private static readonly ulong[] s_crc64 = Reflected64(0xC96C5795D7870F42);
    private static readonly uint[] s_bzip2 = Forward32(0x04C11DB7);

    /// <summary>CRC-32 of xz and gzip; goes on from an earlier value.</summary>
    public static uint Crc32(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (byte b in bytes)
            crc = s_crc32[(byte)crc ^ b] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>CRC-64 of xz (ECMA-182); goes on from an earlier value.</summary>
    public static ulong Crc64(ulong crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (byte b in bytes)
            crc = s_crc64[(byte)crc ^ b] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>CRC-32 of bzip2: the same polynomial, the highest bit first. Begins with all ones, and is complemented at the end.</summary>
    public static uint Bzip2(uint crc, byte b) => (crc << 8) ^ s_bzip2[(crc >> 24) ^ b];

    private static uint[] Reflected32(uint polynomial)
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ polynomial : value >> 1;
            table[i] = value;
        }
        return table;
    }

    private static ulong[] Reflected64(ulong polynomial)
    {
        var table = new ulong[256];
        for (uint i = 0; i < table.Length; i++)
        {
            ulong value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ polynomial : value >> 1;
            table[i] = value;
        }
        return table;
    }

    private static uint[] Forward32(uint polynomial)
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i << 24;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 0x80000000) != 0 ? (value << 1) ^ polynomial : value << 1;
            table[i] = value;
        }
        return table;
    }
}

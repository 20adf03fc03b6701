namespace Slipway.Store.Archives;

/// <summary>Layout of a header block (pax(1), "ustar Interchange Format"; GNU's in tar's manual, "Basic Tar Format").</summary>
internal static class TarFormat
{
    public const int BlockSize = 512;

    public static readonly Range Name = 0..100, Mode = 100..108, Uid = 108..116, Gid = 116..124, Size = 124..136, Modified = 136..148,
        Checksum = 148..156, LinkName = 157..257, Magic = 257..265, UserName = 265..297, GroupName = 297..329,
        DeviceMajor = 329..337, DeviceMinor = 337..345, Prefix = 345..500;

    public const int TypeOffset = 156;

    // GNU's sparse headers: four (offset, length) pairs, a flag that more follow, the real size; then blocks of 21 pairs and a flag.
    public const int GnuSparseOffset = 386, GnuSparsePairs = 4, GnuExtendedFlag = 482, GnuBlockPairs = 21, GnuBlockFlag = 504, GnuPairSize = 24;
    public static readonly Range GnuRealSize = 483..495;

    public static ReadOnlySpan<byte> UstarMagic => "ustar\000"u8;

    public static ReadOnlySpan<byte> GnuMagic => "ustar  \0"u8;

    /// <summary>Bytes that fill up the last block.</summary>
    public static int Padding(long size) => (int)(-size & (BlockSize - 1));
}

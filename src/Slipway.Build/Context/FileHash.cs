using System.Buffers.Binary;

namespace Slipway.Build.Context;

/// <summary>SHA-256 of a file's content, in place: a <see cref="Oci.Digest"/> is text, and contexts have millions of files.</summary>
internal readonly record struct FileHash(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    /// <summary>Its 32 bytes.</summary>
    public static FileHash Of(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

    /// <summary>The first twelve hexadecimal digits.</summary>
    public string Short
    {
        get
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, First);
            return Convert.ToHexStringLower(bytes)[..12];
        }
    }

    /// <summary>Writes its bytes.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, First);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Second);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Third);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Fourth);
    }
}

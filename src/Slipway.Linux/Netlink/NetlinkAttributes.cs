using System.Buffers.Binary;

namespace Slipway.Linux.Netlink;

/// <summary>Goes through the attributes of an answer. A length that doesn't fit ends it.</summary>
public ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const ushort TypeMask = 0x3fff;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The attribute's type, without the flags for nesting and byte order.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The next one; false at the end.</summary>
    public bool Next()
    {
        if (_rest.Length < NetlinkBatch.AttributeHeader)
            return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length < NetlinkBatch.AttributeHeader || length > _rest.Length)
            return false;
        Type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & TypeMask);
        Value = _rest[NetlinkBatch.AttributeHeader..length];
        _rest = _rest[Math.Min(NetlinkBatch.Align(length), _rest.Length)..];
        return true;
    }
}

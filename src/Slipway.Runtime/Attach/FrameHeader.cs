using System.Buffers.Binary;

namespace Slipway.Runtime.Attach;

/// <summary>The eight bytes before a payload.</summary>
internal readonly record struct FrameHeader(FrameType Type, uint Length)
{
    public const int Size = 8;

    public static FrameHeader Read(ReadOnlySpan<byte> from) => new((FrameType)from[0], BinaryPrimitives.ReadUInt32BigEndian(from[4..]));

    public void Write(Span<byte> into)
    {
        into[..4].Clear();
        into[0] = (byte)Type;
        BinaryPrimitives.WriteUInt32BigEndian(into[4..], Length);
    }
}

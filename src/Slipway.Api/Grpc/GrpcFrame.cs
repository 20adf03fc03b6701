using System.Buffers.Binary;

namespace Slipway.Api.Grpc;

/// <summary>What stands before each message: whether it is packed, and its length (gRPC over HTTP2, "Length-Prefixed-Message").</summary>
internal static class GrpcFrame
{
    /// <summary>Bytes before a message.</summary>
    public const int HeaderLength = 5;

    /// <summary>Bytes of the largest message that is taken: gRPC's own limits are 4 MiB, BuildKit's 16.</summary>
    public const int MaxLength = 16 << 20;

    /// <summary>A message with what stands before it.</summary>
    public static byte[] Of(ReadOnlySpan<byte> message)
    {
        var frame = new byte[HeaderLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>The length that a header tells.</summary>
    /// <exception cref="GrpcException">Unimplemented: the message is packed; ResourceExhausted: it is too long.</exception>
    public static int LengthOf(ReadOnlySpan<byte> header)
    {
        if (header[0] != 0)
            throw new GrpcException(GrpcCode.Unimplemented, "a compressed message, and no compression was agreed on");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        return length <= MaxLength ? (int)length : throw new GrpcException(GrpcCode.ResourceExhausted, $"a message of {length} bytes: {MaxLength} are the most");
    }
}

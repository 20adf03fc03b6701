using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit;

/// <summary>A message that is nothing but bytes, as several of BuildKit's streams have them.</summary>
internal static class BytesMessage
{
    public static ProtoWriter Of(ReadOnlySpan<byte> bytes) => new ProtoWriter().Bytes(1, bytes);

    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> message)
    {
        for (var reader = new ProtoReader(message.Span); reader.Next();)
        {
            if (reader.Field == 1)
                return reader.Bytes.ToArray();
        }
        return default;
    }
}

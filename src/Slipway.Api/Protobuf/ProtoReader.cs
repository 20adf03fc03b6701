using System.Buffers.Binary;
using System.Text;
using Slipway.Api.Grpc;

namespace Slipway.Api.Protobuf;

/// <summary>
/// Reads the fields of one message, in whatever order they come (protobuf.dev, "Encoding"). What a caller doesn't ask for is passed over, as a message
/// of a later version wants it.
/// </summary>
/// <param name="message">The message, without length.</param>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private ReadOnlySpan<byte> _bytes;
    private ulong _number;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>A number; 0 for a field that is none.</summary>
    public readonly long Number => (long)_number;

    /// <summary>A truth value.</summary>
    public readonly bool Flag => _number != 0;

    /// <summary>Bytes or a message; empty for a field that is a number.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(_bytes);

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="GrpcException">InvalidArgument: not a message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = Varint();
        Field = (int)(tag >> 3);
        _number = 0;
        _bytes = default;
        switch (tag & 7)
        {
            case 0:
                _number = Varint();
                break;
            case 1:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case 2:
                ulong length = Varint();
                _bytes = length <= (ulong)_rest.Length ? Take((int)length) : throw Malformed();
                break;
            case 5:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            default:
                throw Malformed();
        }
        return true;
    }

    /// <summary>One entry of a map of texts, which is a message of two fields.</summary>
    public readonly void AddTo(Dictionary<string, string> map)
    {
        string key = "", value = "";
        for (var entry = new ProtoReader(_bytes); entry.Next();)
        {
            if (entry.Field == 1)
                key = entry.Text;
            else if (entry.Field == 2)
                value = entry.Text;
        }
        map[key] = value;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = Take(1)[0];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }
        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw Malformed();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static GrpcException Malformed() => new(GrpcCode.InvalidArgument, "a message that is not protobuf, or is cut off");
}

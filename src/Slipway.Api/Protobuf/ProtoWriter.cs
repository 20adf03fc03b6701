using System.Buffers;
using System.Text;

namespace Slipway.Api.Protobuf;

/// <summary>Writes the fields of one message. What has its default value is left out, as proto3 does.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public ProtoWriter Number(int field, long value)
    {
        if (value != 0)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
        }
        return this;
    }

    public ProtoWriter Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public ProtoWriter Text(int field, string? value) => string.IsNullOrEmpty(value) ? this : Message(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? this : Message(field, value);

    /// <summary>A message: written also where it is empty, since its being there says something.</summary>
    public ProtoWriter Message(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _buffer.Write(value);
        return this;
    }

    public ProtoWriter Message(int field, ProtoWriter value) => Message(field, value.Written.Span);

    public ProtoWriter Map(int field, IEnumerable<KeyValuePair<string, string>> entries)
    {
        foreach ((string key, string value) in entries)
            Message(field, new ProtoWriter().Text(1, key).Text(2, value));
        return this;
    }

    /// <summary>google.protobuf.Timestamp.</summary>
    public ProtoWriter Time(int field, DateTimeOffset? time)
    {
        if (time is not { } at)
            return this;
        long ticks = (at - DateTimeOffset.UnixEpoch).Ticks;
        return Message(field, new ProtoWriter().Number(1, ticks / TimeSpan.TicksPerSecond).Number(2, ticks % TimeSpan.TicksPerSecond * 100));
    }

    private void Varint(ulong value)
    {
        Span<byte> bytes = _buffer.GetSpan(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        _buffer.Advance(count);
    }
}

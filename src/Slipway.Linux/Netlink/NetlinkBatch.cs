using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Slipway.Linux.Netlink;

/// <summary>
/// Requests to the kernel in one buffer, so that one call sends them all (netlink(7)). Each is begun, filled with a fixed header and
/// attributes, and ended by the next one or by <see cref="Close"/>.
/// </summary>
public sealed class NetlinkBatch
{
    internal const int HeaderSize = 16, AttributeHeader = 4;
    internal const ushort NLM_F_REQUEST = 1, NLM_F_ACK = 4, NLM_F_ROOT = 0x100, NLM_F_MATCH = 0x200, NLM_F_REPLACE = 0x100, NLM_F_EXCL = 0x200, NLM_F_CREATE = 0x400, NLM_F_APPEND = 0x800;
    private const int FlagsOffset = 6, SequenceOffset = 8;
    private const ushort NLA_F_NESTED = 0x8000;

    private readonly List<(string Call, string? Subject)> _requests = [];
    private byte[] _buffer = new byte[2048];
    private int _length;
    private int _start = -1;
    private int _answered = -1;

    /// <summary>How many requests there are.</summary>
    public int Count => _requests.Count;

    /// <summary>Whether the first request is the beginning of a transaction, which may be refused as a whole.</summary>
    internal bool IsTransaction { get; set; }

    /// <summary>What is sent, once <see cref="Close"/> was called.</summary>
    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The request (from 0) whose answer comes last.</summary>
    internal int LastAnswered { get; private set; }

    /// <summary>What a request was about, for errors.</summary>
    internal (string Call, string? Subject) this[int index] => _requests[index];

    /// <summary>Begins a request.</summary>
    /// <param name="type">The message's type.</param>
    /// <param name="flags">NLM_F_*, beside those that every request has.</param>
    /// <param name="call">What an error is called.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="answered">Whether the kernel tells its success when asked: not so for the marks around a transaction.</param>
    internal void Begin(ushort type, ushort flags, string call, string? subject = null, bool answered = true)
    {
        Close();
        _start = _length;
        Span<byte> header = Take(HeaderSize);
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[FlagsOffset..], (ushort)(flags | NLM_F_REQUEST));
        if (answered)
        {
            _answered = _start;
            LastAnswered = _requests.Count;
        }
        _requests.Add((call, subject));
    }

    /// <summary>Ends the last request.</summary>
    internal void Close()
    {
        if (_start >= 0)
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_start), _length - _start);
        _start = -1;
    }

    /// <summary>Numbers the requests from <paramref name="first"/> on, and asks for the last one's answer: the kernel tells of failures unasked.</summary>
    internal void Number(uint first)
    {
        Close();
        for (int offset = 0; offset < _length; offset += Align(BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(offset))))
            BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(offset + SequenceOffset), first++);
        Span<byte> flags = _buffer.AsSpan(_answered + FlagsOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | NLM_F_ACK));
    }

    /// <summary>The fixed part of a message, zeroed.</summary>
    internal Span<byte> Fixed(int size)
    {
        Span<byte> part = Take(Align(size));
        part.Clear();
        return part[..size];
    }

    internal void Put(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> attribute = Take(Align(AttributeHeader + value.Length));
        attribute.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)(AttributeHeader + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute[2..], type);
        value.CopyTo(attribute[AttributeHeader..]);
    }

    internal void Put(ushort type, byte value) => Put(type, [value]);

    internal void Put(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Put(type, bytes);
    }

    /// <summary>In network order, as netfilter wants its numbers.</summary>
    internal void PutBig(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Put(type, bytes);
    }

    /// <summary>Text with its final zero.</summary>
    internal void Put(ushort type, string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        int length = Encoding.UTF8.GetBytes(text, bytes[..255]);
        bytes[length] = 0;
        Put(type, bytes[..(length + 1)]);
    }

    internal void Put(ushort type, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        Put(type, bytes[..length]);
    }

    /// <summary>Begins an attribute of attributes; what comes back is for <see cref="EndNest"/>.</summary>
    internal int Nest(ushort type)
    {
        int start = _length;
        Put((ushort)(type | NLA_F_NESTED), []);
        return start;
    }

    internal void EndNest(int start) => BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(start), checked((ushort)(_length - start)));

    internal static int Align(int length) => (length + 3) & ~3;

    private Span<byte> Take(int size)
    {
        if (_length + size > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
        _length += size;
        return _buffer.AsSpan(_length - size, size);
    }
}

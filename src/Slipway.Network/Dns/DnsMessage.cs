using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Slipway.Network.Dns;

/// <summary>The question of a DNS message (RFC 1035, section 4), and answers to it. What it reads comes from a container: nothing in it is believed.</summary>
internal static class DnsMessage
{
    public const int HeaderSize = 12;
    public const ushort A = 1, Ptr = 12, Aaaa = 28;
    public const byte NoError = 0, ServerFailure = 2, NotImplemented = 4;

    private const ushort ClassIn = 1, NameOfQuestion = 0xc00c;
    private const int LongestName = 255, LongestLabel = 63, SecondsToLive = 0;
    private const byte IsAnswer = 0x80, IsAuthoritative = 4, WantsRecursion = 1, CanRecurse = 0x80, OpCodeMask = 0x78;

    /// <summary>Reads the one question of a query; null where it is something else.</summary>
    public static DnsQuestion? ReadQuestion(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderSize || (message[2] & (IsAnswer | OpCodeMask)) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
            return null;
        var name = new StringBuilder();
        int at = HeaderSize;
        while (at < message.Length && message[at] != 0)
        {
            int length = message[at++];
            // Nothing to point back at stands before the first name.
            if (length > LongestLabel || at + length > message.Length || name.Length + length >= LongestName)
                return null;
            if (name.Length > 0)
                name.Append('.');
            foreach (byte c in message.Slice(at, length))
                name.Append(c is > 0x20 and < 0x7f and not (byte)'.' ? (char)c : '\ufffd');
            at += length;
        }
        if (at + 5 > message.Length || BinaryPrimitives.ReadUInt16BigEndian(message[(at + 3)..]) != ClassIn)
            return null;
        return new DnsQuestion(name.ToString().ToLowerInvariant(), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]), at + 5);
    }

    /// <summary>Answers with addresses of the question's family, none of them is an answer too.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> query, DnsQuestion question, IEnumerable<IPAddress> addresses) =>
        Write(query, question, NoError, [.. addresses.Select(a => a.GetAddressBytes())]);

    /// <summary>Answers with the name of an address.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> query, DnsQuestion question, string name)
    {
        var encoded = new List<byte>(name.Length + 2);
        foreach (string label in name.Split('.').Where(l => l.Length is > 0 and <= LongestLabel))
            encoded.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        encoded.Add(0);
        return Write(query, question, NoError, [[.. encoded]]);
    }

    /// <summary>Answers that there is no answer.</summary>
    public static byte[] Fail(ReadOnlySpan<byte> query, DnsQuestion question, byte code) => Write(query, question, code, []);

    private static byte[] Write(ReadOnlySpan<byte> query, DnsQuestion question, byte code, IReadOnlyList<byte[]> records)
    {
        const int RecordHead = 12;
        var answer = new byte[question.End + records.Sum(r => RecordHead + r.Length)];
        query[..question.End].CopyTo(answer);
        answer[2] = (byte)(IsAnswer | (code == NoError ? IsAuthoritative : 0) | (query[2] & WantsRecursion));
        answer[3] = (byte)(CanRecurse | code);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), (ushort)records.Count);
        answer.AsSpan(8, 4).Clear();
        Span<byte> rest = answer.AsSpan(question.End);
        foreach (byte[] record in records)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, NameOfQuestion);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], question.Type);
            BinaryPrimitives.WriteUInt16BigEndian(rest[4..], ClassIn);
            // Nobody keeps it: the next container of the name may have another address.
            BinaryPrimitives.WriteUInt32BigEndian(rest[6..], SecondsToLive);
            BinaryPrimitives.WriteUInt16BigEndian(rest[10..], (ushort)record.Length);
            record.CopyTo(rest[RecordHead..]);
            rest = rest[(RecordHead + record.Length)..];
        }
        return answer;
    }
}

/// <summary>What is asked.</summary>
/// <param name="Name">Lower-case, without the last dot.</param>
/// <param name="Type">A, AAAA, PTR or another.</param>
/// <param name="End">Where the question ends in the message.</param>
internal sealed record DnsQuestion(string Name, ushort Type, int End);

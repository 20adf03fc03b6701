using System.Buffers;
using System.Text;

namespace Slipway.Api.Http2;

/// <summary>
/// Headers as HTTP/2 has them on the wire (HPACK, RFC 7541), without a table that the two ends build up: we write none, and tell the other end that
/// ours has no room (SETTINGS_HEADER_TABLE_SIZE 0).
/// </summary>
internal static class HeaderBlock
{
    private const int StaticEntries = 61;

    /// <summary>Writes headers, each name and value as it is. A name may come several times, and then stands there several times.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach ((string name, string value) in headers)
        {
            // Section 6.2.2: a literal that goes into no table, with a name of its own.
            block.Write([(byte)0]);
            WriteText(block, name);
            WriteText(block, value);
        }
        return block.WrittenSpan.ToArray();
    }

    /// <summary>Reads headers. Of those that stand in the standard's own table, only what an answer of gRPC has use for gets its name.</summary>
    /// <exception cref="Http2Exception">No such block.</exception>
    public static List<KeyValuePair<string, string>> Read(ReadOnlySpan<byte> block)
    {
        var headers = new List<KeyValuePair<string, string>>();
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if (first >= 0x80)
            {
                headers.Add(Static(Number(ref block, 7)));
            }
            else if ((first & 0xe0) == 0x20)
            {
                if (Number(ref block, 5) != 0)
                    throw new Http2Exception("the other end keeps a table of headers, and was told not to");
            }
            else
            {
                // With indexing (6.2.1) or without (6.2.2, 6.2.3): what is added to a table without room is not kept.
                int index = Number(ref block, (first & 0xc0) == 0x40 ? 6 : 4);
                string name = index == 0 ? Text(ref block) : Static(index).Key;
                headers.Add(new(name, Text(ref block)));
            }
        }
        return headers;
    }

    private static void WriteText(ArrayBufferWriter<byte> block, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = bytes.Length;
        if (length < 0x7f)
        {
            block.Write([(byte)length]);
        }
        else
        {
            block.Write([(byte)0x7f]);
            for (length -= 0x7f; length >= 0x80; length >>= 7)
                block.Write([(byte)(length | 0x80)]);
            block.Write([(byte)length]);
        }
        block.Write(bytes);
    }

    // Appendix A.
    private static KeyValuePair<string, string> Static(int index) => index switch
    {
        8 => new(":status", "200"),
        9 => new(":status", "204"),
        10 => new(":status", "206"),
        11 => new(":status", "304"),
        12 => new(":status", "400"),
        13 => new(":status", "404"),
        14 => new(":status", "500"),
        31 => new("content-type", ""),
        > 0 and <= StaticEntries => new("", ""),
        _ => throw new Http2Exception("a header that stands in no table"),
    };

    // Section 5.1.
    private static int Number(ref ReadOnlySpan<byte> block, int bits)
    {
        int most = (1 << bits) - 1, value = block[0] & most;
        block = block[1..];
        if (value < most)
            return value;
        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (block.IsEmpty)
                break;
            byte b = block[0];
            block = block[1..];
            value += (b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }
        throw new Http2Exception("a header's number is cut off, or too large");
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
            throw new Http2Exception("a header is cut off");
        bool isPacked = block[0] >= 0x80;
        int length = Number(ref block, 7);
        if (length > block.Length)
            throw new Http2Exception("a header is cut off");
        ReadOnlySpan<byte> text = block[..length];
        block = block[length..];
        return isPacked ? HuffmanCode.Decode(text) : Encoding.UTF8.GetString(text);
    }
}

using System.Buffers;
using System.Text;

namespace Slipway.Build.Context;

/// <summary>
/// File names are bytes, patterns are text. A byte that isn't UTF-8 becomes a lone low surrogate (U+DC80 to U+DCFF), which
/// no valid text holds, so that every name has one string and every such string gives its bytes back.
/// </summary>
internal static class FileNames
{
    private const int FirstEscape = 0xDC00;

    public static string Decode(ReadOnlySpan<byte> name)
    {
        if (System.Text.Unicode.Utf8.IsValid(name))
            return Encoding.UTF8.GetString(name);
        var text = new StringBuilder(name.Length);
        Span<char> units = stackalloc char[2];
        while (name.Length > 0)
        {
            OperationStatus status = Rune.DecodeFromUtf8(name, out Rune rune, out int consumed);
            if (status == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                for (int i = 0; i < consumed; i++)
                    text.Append((char)(FirstEscape + name[i]));
            }
            name = name[consumed..];
        }
        return text.ToString();
    }

    public static byte[] Encode(string text)
    {
        if (Ascii.IsValid(text))
            return Encoding.ASCII.GetBytes(text);
        var name = new List<byte>(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                name.AddRange(bytes[..rune.EncodeToUtf8(bytes)]);
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                name.Add((byte)(text[i] - FirstEscape));
            }
        }
        return [.. name];
    }
}

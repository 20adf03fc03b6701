using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Slipway.Oci.Json;

/// <content>Errors, with the path to where the reader stands.</content>
public ref partial struct JsonReader
{
    // As much of a document as an error shows.
    private const int ShownLength = 40;

    /// <summary>The error that the value here is wrong.</summary>
    /// <param name="why">What is wrong with it: "it is null".</param>
    public readonly SlipwayException Error(string why) => Error(Path(null), why);

    /// <summary>The error that the object just left lacks a member.</summary>
    public readonly SlipwayException Missing(string member) => Error(Path(member), "it is missing");

    private readonly SlipwayException Error(string path, string why) =>
        new(_kind, path.Length == 0 ? $"read {_what}: {why}" : $"read {_what}: {path}: {why}");

    private readonly SlipwayException Expected(string expected) => Error($"expected {expected}, got {Got()}");

    // The parser's own sentence is not in an executable that is compiled ahead of time, only its key.
    private readonly SlipwayException Malformed(JsonException e) =>
        new(_kind, $"{Error($"not valid JSON, or nested deeper than {MaxDepth}").Message} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", e);

    private readonly string Got() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => $"\"{Show(_reader.ValueSpan)}\"",
        _ => Show(_reader.ValueSpan),
    };

    private readonly string Path(string? member)
    {
        var path = new StringBuilder();
        for (int i = 0; i < _depth; i++)
        {
            int end = i + 1 < _depth ? _frames[i + 1].FirstName : _names.Count;
            if (_frames[i].Index >= 0)
                path.Append(CultureInfo.InvariantCulture, $"[{_frames[i].Index}]");
            else if (end > _frames[i].FirstName)
                AppendName(path, _names[end - 1]);
        }
        if (member is not null)
            AppendName(path, member);
        return path.ToString();
    }

    private static void AppendName(StringBuilder path, string name)
    {
        if (name.Length > 0 && name.AsSpan().ContainsAnyExceptInRange('0', 'z') is false && name.AsSpan().IndexOfAny(":;<=>?@[\\]^`") < 0)
            path.Append(path.Length == 0 ? "" : ".").Append(name);
        else
            path.Append("[\"").Append(Show(Encoding.UTF8.GetBytes(name))).Append("\"]");
    }

    // Documents come from strangers, and errors go to terminals and logs: printable ASCII, and not too much of it.
    private static string Show(ReadOnlySpan<byte> text)
    {
        Span<char> shown = stackalloc char[ShownLength];
        int length = Math.Min(text.Length, ShownLength);
        for (int i = 0; i < length; i++)
            shown[i] = text[i] is >= 0x20 and < 0x7f ? (char)text[i] : '?';
        return text.Length > ShownLength ? $"{shown[..length]}…" : new string(shown[..length]);
    }
}

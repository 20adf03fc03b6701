using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.Cli.Templates;

/// <summary>The verbs of Go's <c>fmt.Printf</c> that templates use: %s %v %d %q %t %x %f and %%, with width, precision and <c>-</c> or <c>0</c>.</summary>
internal static class GoPrintf
{
    public static string Format(string format, IReadOnlyList<JsonNode?> args)
    {
        var text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }
            int start = ++i;
            while (i < format.Length && (char.IsAsciiDigit(format[i]) || format[i] is '-' or '.' or '+' or ' ' or '#'))
                i++;
            if (i >= format.Length)
                return text.Append("%!(NOVERB)").ToString();
            if (format[i] == '%')
                text.Append('%');
            else if (next >= args.Count)
                text.Append($"%!{format[i]}(MISSING)");
            else
                text.Append(One(format[start..i], format[i], args[next++]));
        }
        return text.ToString();
    }

    private static string One(string flags, char verb, JsonNode? value)
    {
        string[] sizes = flags.TrimStart('-', '0', '+', ' ', '#').Split('.');
        int? precision = sizes.Length > 1 && int.TryParse(sizes[1], out int digits) ? digits : null;
        string text = verb switch
        {
            's' or 'v' when precision is { } most && verb == 's' => Cut(GoValue.Print(value, "<nil>"), most),
            's' or 'v' or 't' => GoValue.Print(value, "<nil>"),
            'd' => ((long)GoValue.Number(value)).ToString(CultureInfo.InvariantCulture),
            'x' => ((long)GoValue.Number(value)).ToString("x", CultureInfo.InvariantCulture),
            'f' => GoValue.Number(value).ToString("F" + (precision ?? 6), CultureInfo.InvariantCulture),
            'q' => JsonValue.Create(GoValue.Print(value, "<nil>")).ToJsonString(InspectJson.Compact),
            _ => $"%!{verb}({GoValue.Print(value, "<nil>")})",
        };
        if (!int.TryParse(sizes[0], out int width))
            return text;
        return flags.StartsWith('-') ? text.PadRight(width) : text.PadLeft(width, flags.StartsWith('0') ? '0' : ' ');
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}

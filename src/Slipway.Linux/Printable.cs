using System.Globalization;
using System.Text;

namespace Slipway.Linux;

/// <summary>Makes hostile text fit for a terminal or a log.</summary>
public static class Printable
{
    /// <summary>Longest text that is shown; longer ones are cut in the middle.</summary>
    public const int MaxLength = 160;

    /// <summary>Replaces control characters by <c>\xNN</c>, so that a file name from an image can't steer a terminal, and cuts long text.</summary>
    public static string Escape(string text)
    {
        if (text.Length > MaxLength)
            text = string.Concat(text.AsSpan(0, MaxLength / 2), "…", text.AsSpan(text.Length - MaxLength / 2));
        return EscapeControls(text);
    }

    /// <summary>Replaces control characters by <c>\xNN</c> and cuts nothing: for lists whose lines a script reads.</summary>
    public static string EscapeControls(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (char.IsControl(c))
                escaped.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Slipway.Engine.Devices;

/// <summary>A device's qualified name in the Container Device Interface: <c>vendor.example/class=name</c> (CDI specification 1.0, "Kind" and "CDI Devices").</summary>
/// <param name="Kind">Whose and of which class: <c>vendor.example/class</c>.</param>
/// <param name="Device">Its name in that class; <c>all</c>, where a vendor has it, is every one.</param>
public sealed record CdiName(string Kind, string Device)
{
    /// <summary>Reads one; false where the text is none, as the path of a node is.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CdiName? name)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        name = equals > 0 && IsKind(text[..equals]) && IsName(text.AsSpan(equals + 1), "_-.:", beginsWithLetter: false) ? new(text[..equals], text[(equals + 1)..]) : null;
        return name is not null;
    }

    /// <summary>Whether a text is a vendor and a class.</summary>
    public static bool IsKind(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var vendor, var kind] && IsName(vendor, "_-.", beginsWithLetter: true) && IsName(kind, "_-.", beginsWithLetter: true);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}={Device}";

    private static bool IsName(ReadOnlySpan<char> text, string between, bool beginsWithLetter)
    {
        if (text.IsEmpty || !(beginsWithLetter ? char.IsAsciiLetter(text[0]) : char.IsAsciiLetterOrDigit(text[0])) || !char.IsAsciiLetterOrDigit(text[^1]))
            return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !between.Contains(c, StringComparison.Ordinal))
                return false;
        }
        return true;
    }
}

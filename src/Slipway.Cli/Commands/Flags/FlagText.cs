using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>Values of flags that have parts.</summary>
internal static class FlagText
{
    /// <summary>What is before the first of that character, and what is after it; null where there is none.</summary>
    public static (string Head, string? Tail) Cut(string text, char at)
    {
        int index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }

    /// <summary>That a flag's value is not what it takes.</summary>
    public static SlipwayException Invalid(string flag, string value, string why) =>
        new(ErrorKind.InvalidArgument, $"invalid argument \"{Linux.Printable.Escape(value)}\" for \"{flag}\" flag: {why}");
}

using System.Buffers;

namespace Slipway.Engine.Recording;

/// <summary>Words for a POSIX shell (Shell Command Language, section 2.2): as they are where nothing in them means something, else in single quotes.</summary>
internal static class ShellQuote
{
    // No ~ and no = at the front: both mean something there to some shell.
    private static readonly SearchValues<char> s_plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-");

    public static string Word(string text) =>
        text.Length > 0 && text[0] != '=' && !text.AsSpan().ContainsAnyExcept(s_plain) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(Word));
}

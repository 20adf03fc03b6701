using System.Text.RegularExpressions;
using Slipway.Oci;

namespace Slipway.Engine.Filters;

/// <summary>A filter's value as a regular expression, which fits anywhere in a text; docker's filters by name and id are such.</summary>
internal static class TextPattern
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <exception cref="SlipwayException">InvalidArgument: it is none.</exception>
    public static Regex Parse(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, s_longest);
        }
        catch (RegexParseException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid filter '{pattern}': {e.Message}", e) { Hint = "names and ids are filtered by regular expressions: 'web' fits anywhere, '^web$' is the whole name" };
        }
    }
}

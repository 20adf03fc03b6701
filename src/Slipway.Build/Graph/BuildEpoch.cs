using System.Globalization;
using Slipway.Oci;

namespace Slipway.Build.Graph;

/// <summary>The time that everything in an image is clamped to: a build's own time never shows in what it makes.</summary>
internal static class BuildEpoch
{
    public const string Name = "SOURCE_DATE_EPOCH";

    /// <summary>The value that asks for the time of the context's commit.</summary>
    public const string Context = "context";

    /// <summary>The year 9999 is the last that a DateTimeOffset can say.</summary>
    private const long Latest = 253402300799;

    /// <summary>SOURCE_DATE_EPOCH where it is given: seconds, or <c>context</c>. Else the time of the context's commit, else 1970.</summary>
    /// <param name="given">The build argument's value; null or empty where there is none.</param>
    /// <param name="commit">When the context's commit was made; null where it has none.</param>
    /// <exception cref="SlipwayException">InvalidArgument: neither seconds nor <c>context</c>.</exception>
    public static DateTimeOffset Of(string? given, DateTimeOffset? commit)
    {
        if (string.IsNullOrEmpty(given) || given == Context)
            return commit ?? DateTimeOffset.UnixEpoch;
        return long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= Latest
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid {Name} '{Linux.Printable.Escape(given)}': want seconds since 1970, or {Context}");
    }
}

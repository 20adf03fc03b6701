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

    /// <summary>The time that a value of SOURCE_DATE_EPOCH says by itself; null where it is <c>context</c>, or the name of something that has a time.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: later than the year 9999.</exception>
    public static DateTimeOffset? Read(string given) => !given.All(char.IsAsciiDigit)
        ? null
        : long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= Latest ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw Invalid(given);

    /// <summary>That nothing has such a time.</summary>
    public static SlipwayException Invalid(string given) =>
        new(ErrorKind.InvalidArgument, $"invalid {Name} '{Linux.Printable.Escape(given)}': want seconds since 1970, {Context}, or the name of a stage or of a build context");
}

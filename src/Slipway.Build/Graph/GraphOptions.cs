using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>What the caller says about a build, as far as the graph depends on it.</summary>
internal sealed record GraphOptions(
    IReadOnlyDictionary<string, string> BuildArgs,
    string? Target,
    Platform Platform,
    IReadOnlyDictionary<string, string> Labels)
{
    private const string EpochName = "SOURCE_DATE_EPOCH";

    /// <summary>SOURCE_DATE_EPOCH in seconds, or 1970: a build's own time never shows in what it makes.</summary>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: not a number of seconds.</exception>
    public DateTimeOffset Epoch()
    {
        if (!BuildArgs.TryGetValue(EpochName, out string? text) || text.Length == 0)
            return DateTimeOffset.UnixEpoch;
        // The year 9999 is the last that a DateTimeOffset can say.
        return long.TryParse(text, System.Globalization.NumberStyles.None, null, out long seconds) && seconds <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new Oci.SlipwayException(Oci.ErrorKind.InvalidArgument, $"invalid {EpochName} '{Linux.Printable.Escape(text)}': want seconds since 1970");
    }
}

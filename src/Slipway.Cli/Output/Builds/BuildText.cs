using System.Globalization;

namespace Slipway.Cli.Output.Builds;

/// <summary>Words that all displays of a build share.</summary>
internal static class BuildText
{
    /// <summary><c>1.3s</c>.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s";
}

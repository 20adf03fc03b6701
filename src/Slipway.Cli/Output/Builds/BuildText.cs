using System.Globalization;
using Slipway.Build.Progress;
using Slipway.Linux;

namespace Slipway.Cli.Output.Builds;

/// <summary>Words that all displays of a build share.</summary>
internal static class BuildText
{
    /// <summary><c>[build 2/4] COPY . /app</c>.</summary>
    public static string NameOf(BuildStep step)
    {
        string place = step.Total == 0 ? "" : $"[{(step.Stage is null ? "" : step.Stage + " ")}{step.Index}/{step.Total}] ";
        return place + Printable.Escape(step.Title);
    }

    /// <summary><c>1.3s</c>.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s";
}

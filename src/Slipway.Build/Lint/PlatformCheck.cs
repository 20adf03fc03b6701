using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build.Lint;

/// <summary>What FROM's --platform says: nothing new, or always the same.</summary>
internal static class PlatformCheck
{
    public static void Run(ParsedDockerfile file, FromInstruction from, Expanded expanded, Platform target)
    {
        if (expanded.Used.Count == 0 && expanded.Unset.Count == 0)
            Constant(file, from, expanded.Result);
        else if (expanded.Used.Count == 1 && expanded.Unset.Count == 0 && expanded.Used.Contains("TARGETPLATFORM") && expanded.Result == target.ToString())
            file.Linter.Report(StageRules.RedundantTargetPlatform, from.Node, from.Platform!);
    }

    // A stage that says in its name what it is for may be for that alone.
    private static void Constant(ParsedDockerfile file, FromInstruction from, string platform)
    {
        try
        {
            Platform parsed = Platform.Parse(platform);
            string name = from.StageName ?? "";
            if (!name.Contains(parsed.OS, StringComparison.Ordinal) && !name.Contains(parsed.Architecture, StringComparison.Ordinal))
                file.Linter.Report(StageRules.FromPlatformFlagConstDisallowed, from.Node, platform);
        }
        catch (SlipwayException)
        {
        }
    }
}

using System.Text.RegularExpressions;
using Slipway.Build;
using Slipway.Oci.Image;

namespace Slipway.Api.BuildKit;

/// <summary>Annotations that a client wants on what it exports: <c>annotation.NAME</c>, of the manifest; <c>annotation-index.NAME</c> and others, for what an image of one platform has not got.</summary>
internal static partial class OutputAnnotations
{
    /// <summary>A build with what its images are to say.</summary>
    /// <param name="build">Without.</param>
    /// <param name="outputs">Where it is said.</param>
    /// <param name="platforms">What is built for; none: this machine.</param>
    /// <param name="left">Gets the attributes that nothing is there for.</param>
    public static BuildRequest Set(BuildRequest build, IReadOnlyList<SolveOutput> outputs, IReadOnlyList<Platform> platforms, List<string> left)
    {
        if (platforms.Count < 2)
            return build with { Annotations = Of(outputs, build.Platform ?? Platform.Host, left) };
        Dictionary<string, string> index = OfIndex(outputs, out HashSet<string> used);
        // What is for one of them is not left because the others don't take it.
        left.AddRange(platforms.Select(LeftFor).Aggregate((all, own) => all.Intersect(own)).Except(used));
        return build with { PlatformAnnotations = platform => Of(outputs, platform, []), IndexAnnotations = index };

        IEnumerable<string> LeftFor(Platform platform)
        {
            List<string> own = [];
            Of(outputs, platform, own);
            return own;
        }
    }

    private static Dictionary<string, string> OfIndex(IEnumerable<SolveOutput> outputs, out HashSet<string> used)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        used = new(StringComparer.Ordinal);
        foreach ((string key, string value) in outputs.SelectMany(output => output.Attributes))
        {
            if (Attributes().Match(key) is not { Success: true } match || match.Groups["of"].Value != "-index")
                continue;
            all[match.Groups["name"].Value] = value;
            used.Add(key);
        }
        return all;
    }

    /// <summary>Those of the manifest.</summary>
    /// <param name="outputs">Where they are said.</param>
    /// <param name="platform">The image's: they may be said for one platform only.</param>
    /// <param name="left">Gets the attributes that nothing is there for.</param>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: one is for what is no platform.</exception>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<SolveOutput> outputs, Platform platform, List<string> left)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in outputs.SelectMany(output => output.Attributes))
        {
            if (Attributes().Match(key) is not { Success: true } match)
                continue;
            bool isMine = !match.Groups["platform"].Success || Platform.Parse(match.Groups["platform"].Value).ToString() == platform.ToString();
            if (match.Groups["of"].Value is "" or "-manifest" && isMine)
                all[match.Groups["name"].Value] = value;
            else
                left.Add(key);
        }
        return all;
    }

    [GeneratedRegex(@"^annotation(?<of>-[a-z-]+)?(\[(?<platform>[^\]]*)\])?\.(?<name>.+)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Attributes();
}

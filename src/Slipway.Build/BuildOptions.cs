using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Build.Lint;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build;

/// <summary><see cref="BuildRequest"/> to what the graph needs of it.</summary>
internal static class BuildOptions
{
    private static readonly string[] s_entitlements = ["network.host", "security.insecure"];

    public static GraphOptions Of(BuildRequest request, PathPatterns rules)
    {
        Dictionary<string, string> args = request.BuildArgs.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal);
        if (request.Allowed.FirstOrDefault(name => !s_entitlements.Contains(name)) is { } unknown)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown entitlement '{Linux.Printable.Escape(unknown)}': want {string.Join(" or ", s_entitlements)}");
        string? hostname = args.GetValueOrDefault(PredefinedArguments.Hostname);
        return new()
        {
            BuildArgs = args,
            Target = request.Target,
            Platform = request.Platform ?? Platform.Host,
            IsPlatformImplicit = request.Platform is null,
            Labels = request.Labels,
            Contexts = request.Contexts,
            Allowed = request.Allowed,
            Network = request.Network,
            Limits = string.IsNullOrEmpty(hostname) ? request.Limits : request.Limits with { Hostname = hostname },
            IsIgnored = rules.HasExceptions ? null : path => IsIgnored(rules, path),
        };
    }

    /// <exception cref="SlipwayException">InvalidArgument: not what the directive could say.</exception>
    public static LintSettings ReadCheck(string text)
    {
        try
        {
            return LintSettings.Parse(text);
        }
        catch (FormatException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"{PredefinedArguments.Check}: {e.Message}", e);
        }
    }

    // The root itself is never left out, whatever the rules say of what is in it.
    private static bool IsIgnored(PathPatterns rules, string path) => string.Join('/', GoPath.PartsBeneathRoot(path)) is { Length: > 0 } clean && rules.Judge(clean).IsMatch;
}

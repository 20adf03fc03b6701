using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>Names with a meaning of their own among the build arguments (Dockerfile reference, predefined ARGs).</summary>
internal static class PredefinedArguments
{
    private static readonly HashSet<string> s_proxies = new(
        new[] { "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY" }.SelectMany(name => new[] { name, name.ToLowerInvariant() }),
        StringComparer.Ordinal);

    /// <summary>Every RUN sees these without an ARG, and they don't count for the cache.</summary>
    public static bool IsProxy(string name) => s_proxies.Contains(name);

    /// <summary>The platform's arguments, of the global scope.</summary>
    public static Dictionary<string, string> Of(Platform target) => Side("TARGET", target).Concat(Side("BUILD", Platform.Host)).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, string> Side(string side, Platform platform) => new()
    {
        [side + "PLATFORM"] = platform.ToString(),
        [side + "OS"] = platform.OS,
        [side + "ARCH"] = platform.Architecture,
        [side + "VARIANT"] = platform.Variant ?? "",
    };
}

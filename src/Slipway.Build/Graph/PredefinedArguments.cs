using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>Names with a meaning of their own among the build arguments (Dockerfile reference, predefined ARGs).</summary>
internal static class PredefinedArguments
{
    /// <summary>Names the caches of one build, so that others don't share them.</summary>
    public const string CacheNamespace = "BUILDKIT_CACHE_MOUNT_NS";

    /// <summary>The host name of RUN steps.</summary>
    public const string Hostname = "BUILDKIT_SANDBOX_HOSTNAME";

    /// <summary>Stands for the directive <c># check=</c>.</summary>
    public const string Check = "BUILDKIT_DOCKERFILE_CHECK";

    private static readonly string[] s_proxyNames = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];
    private static readonly HashSet<string> s_proxies = new(s_proxyNames.SelectMany(name => new[] { name, name.ToLowerInvariant() }), StringComparer.Ordinal);

    /// <summary>Every RUN sees these without an ARG, and they don't count for the cache.</summary>
    public static bool IsProxy(string name) => s_proxies.Contains(name);

    /// <summary>The platform's arguments, of the global scope.</summary>
    /// <param name="target">What is built for.</param>
    /// <param name="stage">The stage that is built, by name.</param>
    public static Dictionary<string, string> Of(Platform target, string? stage)
    {
        Dictionary<string, string> all = Side("TARGET", target).Concat(Side("BUILD", Platform.Host)).ToDictionary(StringComparer.Ordinal);
        all["TARGETSTAGE"] = stage ?? "default";
        return all;
    }

    private static Dictionary<string, string> Side(string side, Platform platform) => new()
    {
        [side + "PLATFORM"] = platform.ToString(),
        [side + "OS"] = platform.OS,
        [side + "OSVERSION"] = platform.OSVersion ?? "",
        [side + "ARCH"] = platform.Architecture,
        [side + "VARIANT"] = platform.Variant ?? "",
    };
}

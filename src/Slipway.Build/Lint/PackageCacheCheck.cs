using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;

namespace Slipway.Build.Lint;

/// <summary>Package managers whose downloads a RUN leaves in its layer.</summary>
internal static class PackageCacheCheck
{
    // What fetches; where it keeps that; any of what takes it away again, or keeps it from staying.
    private static readonly (string Name, string[] Fetches, string Cache, string[] Cleans, string Advice)[] s_managers =
    [
        ("apt-get", ["apt-get update", "apt update"], "/var/lib/apt", ["/var/lib/apt/lists"], "end the RUN with rm -rf /var/lib/apt/lists/*"),
        ("apk", ["apk add", "apk update"], "/var/cache/apk", ["--no-cache", "/var/cache/apk"], "use apk add --no-cache"),
        ("dnf", ["dnf install", "dnf -y install"], "/var/cache/dnf", ["dnf clean", "/var/cache"], "end the RUN with dnf clean all"),
        ("yum", ["yum install", "yum -y install"], "/var/cache/yum", ["yum clean", "/var/cache"], "end the RUN with yum clean all"),
        ("pip", ["pip install", "pip3 install"], "/root/.cache/pip", ["--no-cache-dir", "PIP_NO_CACHE_DIR", ".cache"], "use pip install --no-cache-dir, or a cache mount on /root/.cache/pip"),
    ];

    /// <summary>Looks at one RUN.</summary>
    public static void Run(Linter linter, InstructionNode node, string script, IReadOnlyList<MountOperation> mounts)
    {
        foreach ((string name, string[] fetches, string cache, string[] cleans, string advice) in s_managers)
        {
            bool isFetched = Array.Exists(fetches, words => script.Contains(words, StringComparison.Ordinal));
            bool isGone = Array.Exists(cleans, words => script.Contains(words, StringComparison.Ordinal))
                || mounts.Any(mount => cache.StartsWith(mount.Mount.Target, StringComparison.Ordinal) || mount.Mount.Target.StartsWith(cache, StringComparison.Ordinal));
            if (isFetched && !isGone)
                linter.Report(OwnRules.PackageCacheLeft, node, name, advice);
        }
    }
}

namespace Slipway.Store.Explaining;

/// <summary>Where a package manager leaves what it needs no more, and how that is avoided.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Place">A part of the path, without a slash before it; where <paramref name="Anywhere"/> is set, below any directory.</param>
/// <param name="Anywhere">Whether it lies in homes.</param>
/// <param name="Fix">What to write in the Dockerfile.</param>
internal sealed record CacheRule(string Name, byte[] Place, bool Anywhere, string Fix)
{
    public static IReadOnlyList<CacheRule> All { get; } =
    [
        new("apt lists", "var/lib/apt/lists/"u8.ToArray(), false, "end the RUN that has 'apt-get update' with '&& rm -rf /var/lib/apt/lists/*'"),
        new("apt archives", "var/cache/apt/"u8.ToArray(), false, "end the RUN that has 'apt-get install' with '&& apt-get clean && rm -f /var/cache/apt/*.bin'"),
        new("apk cache", "var/cache/apk/"u8.ToArray(), false, "use 'apk add --no-cache'"),
        new("dnf cache", "var/cache/dnf/"u8.ToArray(), false, "end the RUN that has 'dnf install' with '&& dnf clean all'"),
        new("dnf cache", "var/cache/libdnf5/"u8.ToArray(), false, "end the RUN that has 'dnf install' with '&& dnf clean all'"),
        new("yum cache", "var/cache/yum/"u8.ToArray(), false, "end the RUN that has 'yum install' with '&& yum clean all'"),
        new("zypper cache", "var/cache/zypp/"u8.ToArray(), false, "end the RUN that has 'zypper install' with '&& zypper clean --all'"),
        new("pacman cache", "var/cache/pacman/pkg/"u8.ToArray(), false, "end the RUN that has 'pacman -S' with '&& rm -f /var/cache/pacman/pkg/*'"),
        new("pip cache", ".cache/pip/"u8.ToArray(), true, "use 'pip install --no-cache-dir'"),
        new("npm cache", ".npm/_cacache/"u8.ToArray(), true, "end the RUN that has 'npm install' with '&& npm cache clean --force'"),
        new("yarn cache", "usr/local/share/.cache/yarn/"u8.ToArray(), false, "end the RUN that has 'yarn install' with '&& yarn cache clean'"),
        new("yarn cache", ".cache/yarn/"u8.ToArray(), true, "end the RUN that has 'yarn install' with '&& yarn cache clean'"),
        new("go build cache", ".cache/go-build/"u8.ToArray(), true, "end the RUN that has 'go build' with '&& go clean -cache', or build in a stage of its own"),
        new("go module cache", "go/pkg/mod/cache/"u8.ToArray(), true, "end the RUN that has 'go build' with '&& go clean -modcache', or build in a stage of its own"),
        new("cargo registry", ".cargo/registry/"u8.ToArray(), true, "build in a stage of its own, and copy what was built"),
    ];

    /// <summary>Where the cache that a path lies in begins; -1 where it lies in none of these.</summary>
    public int Find(ReadOnlySpan<byte> path)
    {
        if (path.StartsWith(Place))
            return 0;
        if (!Anywhere)
            return -1;
        for (int from = 0; path[from..].IndexOf(Place) is >= 0 and int at; from += at + 1)
        {
            if (path[from + at - 1] == (byte)'/')
                return from + at;
        }
        return -1;
    }
}

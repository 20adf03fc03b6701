using System.Text;

namespace Slipway.Engine.Builds;

/// <summary>What is known to make builds differ, by where it shows.</summary>
internal static class KnownCauses
{
    private const int GzipTimeFirst = 4, GzipTimeLast = 7;

    private static readonly (string Part, string Cause)[] s_places =
    [
        ("/var/cache/ldconfig/aux-cache", "ldconfig keeps inode numbers and times there: remove it in the same RUN (rm -f /var/cache/ldconfig/aux-cache)"),
        ("/.cache/pip/", "pip's cache has times in it: install with --no-cache-dir"),
        ("/__pycache__/", "Python's compiled files have their source's time in them: set PYTHONDONTWRITEBYTECODE=1 for the install, or SOURCE_DATE_EPOCH"),
        (".pyc", "Python's compiled files have their source's time in them: set PYTHONDONTWRITEBYTECODE=1 for the install, or SOURCE_DATE_EPOCH"),
        ("/etc/machine-id", "a machine id is random: empty the file at the end of the RUN (: > /etc/machine-id)"),
        ("/var/lib/dbus/machine-id", "a machine id is random: remove it in the same RUN"),
        ("/etc/ssh/ssh_host_", "host keys are random: make them when the container starts, not in the image"),
        ("/etc/shadow", "the day of a password's last change is in it: pass chage -d 0, or copy the file"),
        ("/var/log/", "logs have times in them: remove them in the same RUN (rm -rf /var/log/*)"),
        (".log", "logs have times in them: remove it in the same RUN"),
        ("/var/lib/apt/lists/", "lists of packages change whenever the archive does: remove them in the same RUN (rm -rf /var/lib/apt/lists/*)"),
        ("/var/cache/apt/", "apt's caches have times and what the archive held: run apt-get clean in the same RUN"),
        ("/var/lib/dpkg/", "another version of a package was installed: the archive has moved on; pin versions or use a snapshot of it"),
        ("/var/cache/fontconfig/", "fontconfig's caches have times in them: remove them in the same RUN"),
        (".jar", "zip archives have the times of their files: make them with a tool that takes SOURCE_DATE_EPOCH"),
        (".zip", "zip archives have the times of their files: pack files whose times are set (touch -d @0), with zip -X"),
        (".a", "static libraries have times and owners: use ar with the D modifier"),
    ];

    /// <summary>The cause, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="before">Its first bytes in the one image; empty where it has none.</param>
    /// <param name="after">In the other.</param>
    /// <param name="first">The first byte that differs; -1 where the content doesn't.</param>
    /// <param name="last">The last one.</param>
    public static string? Find(string path, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, long first, long last)
    {
        if (first >= GzipTimeFirst && last <= GzipTimeLast && before.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return "gzip writes the time into what it packs: use gzip -n";
        foreach ((string part, string cause) in s_places)
        {
            if (part.StartsWith('/') ? path.Contains(part, StringComparison.Ordinal) : path.EndsWith(part, StringComparison.Ordinal))
                return cause;
        }
        if (after.IndexOf(Encoding.ASCII.GetBytes(Build.Solving.TrialConditions.Hostname)) >= 0)
            return "the host name of the build is in it";
        return first >= 0 && IsNumber(before, first) && IsNumber(after, first) ? "a time, a process number, a count of processors or a random number is in it" : null;
    }

    private static bool IsNumber(ReadOnlySpan<byte> content, long at) => at < content.Length && char.IsAsciiDigit((char)content[(int)at]);
}

using System.Globalization;

namespace Slipway.Build.Graph;

/// <summary>EXPOSE's <c>port[-port][/protocol]</c>.</summary>
internal static class PortRange
{
    /// <summary>Each port as <c>80/tcp</c>; null where the text is something else.</summary>
    public static IReadOnlyList<string>? TryParse(string text)
    {
        string[] parts = text.Split('/');
        string protocol = parts.Length == 2 ? parts[1].ToLowerInvariant() : "tcp";
        if (parts.Length > 2 || protocol is not ("tcp" or "udp" or "sctp"))
            return null;
        string[] ends = parts[0].Split('-');
        if (ends.Length > 2 || !TryPort(ends[0], out ushort first) || !TryPort(ends[^1], out ushort last) || first > last)
            return null;
        return [.. Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}")];
    }

    private static bool TryPort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;
}

using System.Globalization;

namespace Slipway.Build.Graph;

/// <summary>EXPOSE's <c>port[-port][/protocol]</c>. An address and a host's port before it, as <c>docker run -p</c> has them, mean nothing here.</summary>
/// <param name="Ports">Each as <c>80/tcp</c>.</param>
/// <param name="HasAddress">Whether there was an address or a host's port.</param>
/// <param name="HasCapitals">Whether the protocol was in capitals.</param>
internal sealed record PortRange(IReadOnlyList<string> Ports, bool HasAddress, bool HasCapitals)
{
    /// <summary>Null where the text is something else.</summary>
    public static PortRange? TryParse(string text)
    {
        int colon = text.LastIndexOf(':');
        string[] parts = text[(colon + 1)..].Split('/');
        string written = parts.Length == 2 ? parts[1] : "tcp", protocol = written.ToLowerInvariant();
        if (parts.Length > 2 || protocol is not ("tcp" or "udp" or "sctp"))
            return null;
        string[] ends = parts[0].Split('-');
        if (ends.Length > 2 || !TryPort(ends[0], out ushort first) || !TryPort(ends[^1], out ushort last) || first > last)
            return null;
        return new([.. Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}")], colon >= 0, written != protocol);
    }

    private static bool TryPort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;
}

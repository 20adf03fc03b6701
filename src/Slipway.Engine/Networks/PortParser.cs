using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Slipway.Linux.Sockets;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>Reads <c>-p</c> and <c>--expose</c>: <c>[ip:][hostPort[-range]:]containerPort[-range][/tcp|udp|sctp]</c>, IPv6 in brackets.</summary>
public static class PortParser
{
    /// <summary>Reads one <c>-p</c> value: a request for each of the container's ports.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static IReadOnlyList<PortRequest> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string ports, string protocol) = SplitProtocol(text, text);
        (string? address, string? host, string container) = Split(text, ports);
        (ushort first, ushort last) = Range(text, container, "containerPort");
        (ushort hostFirst, ushort hostLast) = host is null or "" ? ((ushort)0, (ushort)0) : Range(text, host, "hostPort");
        if (address is { Length: > 0 } && !AddressText.TryParse(address, out _))
            throw Invalid(text, $"invalid IP address: {address}");
        int count = last - first, hostCount = hostLast - hostFirst;
        if (hostFirst != 0 && count != hostCount && count != 0)
            throw Invalid(text, $"Invalid ranges specified for container and host Ports: {container} and {host}");
        var requests = new List<PortRequest>(count + 1);
        for (int i = 0; i <= count; i++)
        {
            // One port of the container's may take any of several of the host's.
            (int from, int to) = hostFirst == 0 ? (0, 0) : count == 0 ? (hostFirst, hostLast) : (hostFirst + i, hostFirst + i);
            requests.Add(new((ushort)(first + i), protocol, address is "" ? null : address, (ushort)from, (ushort)to));
        }
        return requests;
    }

    /// <summary>Reads one <c>--expose</c> value: each port as docker names it, <c>80/tcp</c>.</summary>
    public static IEnumerable<string> ParseExposed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string ports, string protocol) = SplitProtocol(text, text);
        (ushort first, ushort last) = Range(text, ports, "containerPort");
        for (int port = first; port <= last; port++)
            yield return $"{port}/{protocol}";
    }

    /// <summary>Refuses an <c>--expose</c> value that is none.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static void CheckExposed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _ = Range(text, SplitProtocol(text, text).Ports, "containerPort");
    }

    internal static byte NumberOf(string protocol) => protocol switch
    {
        "udp" => InetSocket.Udp,
        "sctp" => InetSocket.Sctp,
        _ => InetSocket.Tcp,
    };

    /// <summary>Whether an address stands for all of its family.</summary>
    internal static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>As it stands before a port.</summary>
    public static string Show(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
    }

    private static (string Ports, string Protocol) SplitProtocol(string text, string value)
    {
        int slash = value.IndexOf('/', StringComparison.Ordinal);
        string protocol = slash < 0 ? "tcp" : value[(slash + 1)..].ToLowerInvariant();
        return protocol is "tcp" or "udp" or "sctp"
            ? (slash < 0 ? value : value[..slash], protocol)
            : throw Invalid(text, $"Invalid proto: {protocol}");
    }

    private static (string? Address, string? Host, string Container) Split(string text, string rest)
    {
        string? address = null;
        if (rest.StartsWith('['))
        {
            int end = rest.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || end + 1 >= rest.Length || rest[end + 1] != ':')
                throw Invalid(text, "an IPv6 address stands in brackets before a colon");
            address = rest[1..end];
            rest = rest[(end + 2)..];
        }
        string[] parts = rest.Split(':');
        if (address is not null)
            return parts.Length switch { 1 => (address, null, parts[0]), 2 => (address, parts[0], parts[1]), _ => throw Invalid(text, "too many colons") };
        return parts.Length switch
        {
            1 => (null, null, parts[0]),
            2 => (null, parts[0], parts[1]),
            3 => (parts[0], parts[1], parts[2]),
            _ => throw Invalid(text, "an IPv6 address stands in brackets: [::1]:8080:80"),
        };
    }

    private static (ushort First, ushort Last) Range(string text, string range, string what)
    {
        if (range.Length == 0)
            throw Invalid(text, "No port specified");
        string[] parts = range.Split('-');
        if (parts.Length <= 2 && TryPort(parts[0], out ushort first) && TryPort(parts[^1], out ushort last))
            return first <= last ? (first, last) : throw Invalid(text, $"Invalid range specified for port: {range}");
        throw Invalid(text, $"Invalid {what}: {range}");
    }

    private static bool TryPort(string text, out ushort port) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;

    private static SlipwayException Invalid(string text, string why) => new(ErrorKind.InvalidArgument, $"invalid publish spec '{Linux.Printable.Escape(text)}': {why}");
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Network.Dns;

/// <summary>Answers what the container's own networks know.</summary>
internal sealed class LocalNames(ResolverConfig config)
{
    private readonly NameDirectory _names = new(config.Names);
    private readonly Memberships _networks = new(config.Networks);

    /// <summary>
    /// The answer; null where it is for the host's servers to know. Where no network of the container leads out, nobody out there hears of a
    /// question (invariant I16).
    /// </summary>
    public byte[]? Answer(ReadOnlySpan<byte> query, DnsQuestion question)
    {
        IReadOnlyList<Membership> networks = _networks.List();
        if (question.Type == DnsMessage.Ptr && ReverseOf(question.Name) is { } address)
        {
            foreach (Membership network in networks)
            {
                if (_names.Find(network.Network, address) is { } name)
                    return DnsMessage.Answer(query, question, name);
            }
        }
        else
        {
            foreach (Membership network in networks)
            {
                if (Find(network, question.Name) is { } found)
                    return DnsMessage.Answer(query, question, Shuffled(found.Where(a => IsWanted(a, question.Type))));
            }
        }
        // As docker's name server says it, which scripts read.
        return networks.Any(n => !n.IsInternal) ? null : DnsMessage.Fail(query, question, DnsMessage.ServerFailure);
    }

    // A name of its own for another comes first; the other need not be there yet when the name is made.
    private IReadOnlyList<IPAddress>? Find(Membership network, string name) =>
        (network.Links.TryGetValue(name, out string? target) ? _names.Find(network.Network, target) : null) ?? _names.Find(network.Network, name);

    private static bool IsWanted(IPAddress address, ushort type) =>
        type == (address.AddressFamily == AddressFamily.InterNetworkV6 ? DnsMessage.Aaaa : DnsMessage.A);

    // Who takes the first of several spreads what he asks.
    private static IPAddress[] Shuffled(IEnumerable<IPAddress> addresses)
    {
        IPAddress[] all = [.. addresses];
        Random.Shared.Shuffle(all);
        return all;
    }

    // 2.0.18.172.in-addr.arpa, and nibble by nibble under ip6.arpa (RFC 3596, section 2.5).
    private static IPAddress? ReverseOf(string name)
    {
        const string Four = ".in-addr.arpa", Six = ".ip6.arpa";
        const int Nibbles = 32;
        if (name.EndsWith(Four, StringComparison.Ordinal))
        {
            string[] parts = name[..^Four.Length].Split('.');
            Array.Reverse(parts);
            return parts.Length == 4 && IPAddress.TryParse(string.Join('.', parts), out IPAddress? address) ? address : null;
        }
        if (!name.EndsWith(Six, StringComparison.Ordinal))
            return null;
        string[] digits = name[..^Six.Length].Split('.');
        Array.Reverse(digits);
        string hex = string.Concat(digits);
        return digits.Length == Nibbles && hex.Length == Nibbles && UInt128.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
            ? new IPAddress(Convert.FromHexString(hex))
            : null;
    }
}

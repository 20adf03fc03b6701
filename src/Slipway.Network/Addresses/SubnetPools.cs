using System.Net;
using Slipway.Linux;

namespace Slipway.Network.Addresses;

/// <summary>Networks for those who ask for none in particular: docker's own pools, so that nobody's firewall is surprised.</summary>
public static class SubnetPools
{
    private const int UniqueLocal = 0xfd, GlobalIdBytes = 5, Ipv6Prefix = 64;

    /// <summary>IPv4 networks in the order in which they are taken; those that overlap with one that is in use are left out.</summary>
    public static IEnumerable<IPNetwork> Ipv4(IReadOnlyCollection<IPNetwork> used) => Candidates().Where(candidate => !used.Any(other => Overlap(candidate, other)));

    /// <summary>An IPv6 network of our own by chance (RFC 4193).</summary>
    public static IPNetwork Ipv6()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        bytes[0] = UniqueLocal;
        RandomBytes.Fill(bytes.Slice(1, GlobalIdBytes));
        return new IPNetwork(new IPAddress(bytes), Ipv6Prefix);
    }

    /// <summary>Whether two networks have an address in common.</summary>
    public static bool Overlap(IPNetwork a, IPNetwork b) =>
        a.BaseAddress.AddressFamily == b.BaseAddress.AddressFamily && (a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress));

    private static IEnumerable<IPNetwork> Candidates()
    {
        for (byte second = 17; second < 32; second++)
            yield return new IPNetwork(new IPAddress([172, second, 0, 0]), 16);
        for (int third = 0; third < 256; third += 16)
            yield return new IPNetwork(new IPAddress([192, 168, (byte)third, 0]), 20);
    }
}

using System.Buffers.Binary;
using System.Net;
using Slipway.Linux;

namespace Slipway.Network.Addresses;

/// <summary>Networks for those who ask for none in particular: docker's own pools, so that nobody's firewall is surprised.</summary>
public static class SubnetPools
{
    private const int UniqueLocal = 0xfd, GlobalIdBytes = 5, Ipv6Prefix = 64;

    /// <summary>IPv4 networks in the order in which they are taken; those that overlap with one that is in use are left out.</summary>
    public static IEnumerable<IPNetwork> Ipv4(IReadOnlyCollection<IPNetwork> used) => Candidates().Where(candidate => !used.Any(other => Overlap(candidate, other)));

    /// <summary>The same from other pools.</summary>
    /// <param name="pools">IPv4 networks, and the prefix of those that each is cut into.</param>
    /// <param name="used">Those that are in use.</param>
    public static IEnumerable<IPNetwork> Ipv4(IEnumerable<(IPNetwork Pool, int Prefix)> pools, IReadOnlyCollection<IPNetwork> used) =>
        pools.SelectMany(p => Parts(p.Pool, p.Prefix)).Where(candidate => !used.Any(other => Overlap(candidate, other)));

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

    private static IEnumerable<IPNetwork> Parts(IPNetwork pool, int prefix)
    {
        uint first = BinaryPrimitives.ReadUInt32BigEndian(pool.BaseAddress.GetAddressBytes());
        var bytes = new byte[4];
        for (ulong part = 0; part < 1UL << (prefix - pool.PrefixLength); part++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, first + (uint)(part << (32 - prefix)));
            yield return new IPNetwork(new IPAddress(bytes), prefix);
        }
    }

    // Docker's pools, but that its last large network is cut into small ones, which come last: for hosts with many networks, in no other addresses.
    private static IEnumerable<IPNetwork> Candidates()
    {
        for (byte second = 17; second < 31; second++)
            yield return new IPNetwork(new IPAddress([172, second, 0, 0]), 16);
        for (int third = 0; third < 256; third += 16)
            yield return new IPNetwork(new IPAddress([192, 168, (byte)third, 0]), 20);
        for (int third = 0; third < 256; third++)
            yield return new IPNetwork(new IPAddress([172, 31, (byte)third, 0]), 24);
    }
}

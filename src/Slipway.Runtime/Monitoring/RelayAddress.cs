using System.Net;

namespace Slipway.Runtime.Monitoring;

/// <summary>
/// Where a <see cref="PortRelay"/> goes with what comes to an address of IPv6: to an address of the host's own (127.0.0.0/8), from where the kernel leads
/// on to the container. What is published on every address is so on 127.0.0.1 too. What is published on one has a loopback address that nobody else uses,
/// since 127.0.0.1 may be another's.
/// </summary>
public static class RelayAddress
{
    /// <param name="listening">Where the relay listens.</param>
    public static IPAddress Of(IPAddress listening)
    {
        ArgumentNullException.ThrowIfNull(listening);
        if (listening.Equals(IPAddress.IPv6Any))
            return IPAddress.Loopback;
        // FNV-1a. Two that collide and have one port can't both be had, which is said when the second is published.
        uint sum = 2_166_136_261;
        foreach (byte part in listening.GetAddressBytes())
            sum = unchecked((sum ^ part) * 16_777_619);
        // From 127.128.0.0 to 127.191.255.255: none that programs of hosts have, and not the last, which is a broadcast's.
        return new([127, (byte)(128 | (sum >> 16 & 63)), (byte)(sum >> 8), (byte)sum]);
    }
}

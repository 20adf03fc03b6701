using System.Net;
using System.Net.Sockets;

namespace Slipway.Network.Ports;

/// <summary>A port of this host that leads into a container.</summary>
/// <param name="Protocol">IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP.</param>
/// <param name="HostAddress">Where it can be reached; any address of the family: 0.0.0.0 or ::.</param>
/// <param name="HostPort">The port here.</param>
/// <param name="Target">The container's address, of the same family.</param>
/// <param name="TargetPort">The port there.</param>
public sealed record PublishedPort(byte Protocol, IPAddress HostAddress, ushort HostPort, IPAddress Target, ushort TargetPort)
{
    /// <summary>Its family.</summary>
    public bool IsIpv6 => Target.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Whether it can be reached by every address.</summary>
    public bool IsAny => HostAddress.Equals(IPAddress.Any) || HostAddress.Equals(IPAddress.IPv6Any);
}

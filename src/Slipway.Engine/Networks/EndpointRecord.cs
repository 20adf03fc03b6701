using System.Net;

namespace Slipway.Engine.Networks;

/// <summary>A container's place in a network.</summary>
/// <param name="NetworkId">The network.</param>
/// <param name="ContainerId">The container.</param>
/// <param name="Device">The host's end of its link.</param>
/// <param name="Ipv4">Its address; null in a network without.</param>
/// <param name="Ipv6">Likewise.</param>
/// <param name="Mac">Six bytes as text.</param>
public sealed record EndpointRecord(string NetworkId, string ContainerId, string Device, IPAddress? Ipv4, IPAddress? Ipv6, string Mac);

/// <summary>A port of the host that leads into a container.</summary>
/// <param name="ContainerId">The container.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="HostAddress">The host's address, <c>0.0.0.0</c> or <c>::</c> for every one.</param>
/// <param name="HostPort">The host's port.</param>
/// <param name="Target">The container's address; of the other family where the monitor leads there what the kernel can't.</param>
/// <param name="ContainerPort">Its port.</param>
public sealed record PublishedRecord(string ContainerId, string Protocol, IPAddress HostAddress, ushort HostPort, IPAddress Target, ushort ContainerPort)
{
    /// <summary>As docker names a container's port: <c>80/tcp</c>.</summary>
    public string Key => $"{ContainerPort}/{Protocol}";

    /// <summary>Whether the kernel knows no way: the container's monitor takes what comes, and leads it on (<see cref="Runtime.Monitoring.RelayAddress"/>).</summary>
    public bool IsRelayed => HostAddress.AddressFamily != Target.AddressFamily;
}

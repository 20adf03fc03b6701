using System.Net;
using Slipway.Network;
using Slipway.Network.Bridges;

namespace Slipway.Engine.Networks;

/// <summary>A container's place in a network, while it is being made.</summary>
/// <param name="Network">The network.</param>
/// <param name="Bridge">The index of its bridge.</param>
/// <param name="Wanted">What the container asked for.</param>
/// <param name="Endpoint">What it has.</param>
internal sealed record ContainerEndpoint(NetworkRecord Network, int Bridge, NetworkAttachment Wanted, EndpointRecord Endpoint)
{
    private const int LinkLocalBits4 = 16, LinkLocalBits6 = 64;
    private const string BridgedFilter = "/proc/sys/net/bridge/bridge-nf-call-iptables";

    /// <summary>Its addresses.</summary>
    public IEnumerable<IPAddress> Addresses => ((IPAddress?[])[Endpoint.Ipv4, Endpoint.Ipv6]).OfType<IPAddress>();

    /// <summary>The host as it is reached from here; null in a network that doesn't lead to it.</summary>
    public IPAddress? Gateway => Network.Internal || Network.Subnets.Count == 0 ? null : Network.Subnets[0].Gateway;

    /// <summary>The one of several that has the default route, and the published ports.</summary>
    public static ContainerEndpoint? WayOutOf(IEnumerable<ContainerEndpoint> endpoints) => WayOut.Of(endpoints, e => e.Network, e => e.Wanted);

    /// <summary>The devices that connect it.</summary>
    public ContainerLink LinkOf(string name, bool isWayOut) => new()
    {
        HostName = Endpoint.Device,
        Name = name,
        Mac = MacAddress.TryParse(Endpoint.Mac),
        Addresses =
        [
            .. Addresses.Select(a => (a, Network.Subnets.First(s => s.Subnet.Contains(a)).Subnet.PrefixLength)),
            .. Wanted.LinkLocalAddresses.Select(IPAddress.Parse).Select(a => (a, a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? LinkLocalBits6 : LinkLocalBits4)),
        ],
        Gateways = isWayOut ? [.. Network.Subnets.Select(s => s.WayOut)] : [],
        Mtu = NetworkOptions.MtuOf(Network),
        Isolated = NetworkOptions.Isolates(Network),
        Hairpin = File.Exists(BridgedFilter) && File.ReadAllText(BridgedFilter).Trim() == "1",
    };
}

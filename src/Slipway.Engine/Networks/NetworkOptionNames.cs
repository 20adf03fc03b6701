namespace Slipway.Engine.Networks;

/// <summary>Docker's names of the options that a network of its driver <c>bridge</c> may have.</summary>
public static class NetworkOptionNames
{
    /// <summary>What the device is called.</summary>
    public const string BridgeName = "com.docker.network.bridge.name";

    /// <summary>The largest packet, in bytes.</summary>
    public const string Mtu = "com.docker.network.driver.mtu";

    /// <summary>Whether what leaves it has the host's address.</summary>
    public const string Masquerade = "com.docker.network.bridge.enable_ip_masquerade";

    /// <summary>Whether its containers reach one another.</summary>
    public const string AmongContainers = "com.docker.network.bridge.enable_icc";

    /// <summary>The host's address for published ports that name none.</summary>
    public const string HostAddress = "com.docker.network.bridge.host_binding_ipv4";

    /// <summary>This host's address that its packets have outside; none: that of the device that they leave by.</summary>
    public const string Source4 = "com.docker.network.host_ipv4";

    /// <summary>The same for IPv6.</summary>
    public const string Source6 = "com.docker.network.host_ipv6";
}

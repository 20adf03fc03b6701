namespace Slipway.Daemon.Configuration;

/// <summary>Networks: the default one above all. They are the store's, so that slip goes by them too.</summary>
internal static partial class SettingTable
{
    public const string Bridge = "bridge", BridgeAddress = "bip", FixedRange = "fixed-cidr", FixedRange6 = "fixed-cidr-v6", Gateway = "default-gateway", Gateway6 = "default-gateway-v6",
        Ipv6 = "ipv6", AmongContainers = "icc", PublishAddress = "ip", Masquerade = "ip-masq", Mtu = "mtu", AddressPool = "default-address-pool", NetworkOption = "default-network-opt",
        Dns = "dns", DnsOption = "dns-opt", DnsSearch = "dns-search", HostGateway = "host-gateway-ip";

    private static IEnumerable<Setting> Networks =>
    [
        new(Bridge, 'b', Bridge, SettingKind.Text, "A bridge of this host's for the default network, with the addresses that it has; docker0: made where there is none; none: there is no default network"),
        new(BridgeAddress, null, BridgeAddress, SettingKind.Text, "The host's address in the default network: 192.168.5.1/24"),
        new(FixedRange, null, FixedRange, SettingKind.Text, "The part of it that containers' addresses are taken from"),
        new(FixedRange6, null, FixedRange6, SettingKind.Text, "Its IPv6 addresses"),
        new(Gateway, null, Gateway, SettingKind.Text, "Where its containers' default route leads (default: the host)"),
        new(Gateway6, null, Gateway6, SettingKind.Text, "The same for IPv6"),
        new(Ipv6, null, Ipv6, SettingKind.Switch, "IPv6 in it"),
        new(AmongContainers, null, AmongContainers, SettingKind.Switch, "Its containers reach one another (default true)"),
        new(PublishAddress, null, PublishAddress, SettingKind.Text, "The host's address for its containers' published ports that name none (default 0.0.0.0)"),
        new(Masquerade, null, Masquerade, SettingKind.Switch, "What leaves it has the host's address (default true)"),
        new(Mtu, null, Mtu, SettingKind.Text, "Bytes a packet in it (default 1500)"),
        new(AddressPool, null, "default-address-pools", SettingKind.List, "Where networks that name no addresses get them: base=10.10.0.0/16,size=24"),
        new(NetworkOption, null, "default-network-opts", SettingKind.List, "An option of networks that are made without it: bridge=com.docker.network.driver.mtu=1400"),
        new(Dns, null, Dns, SettingKind.List, "A name server of containers that name none"),
        new(DnsOption, null, "dns-opts", SettingKind.List, "An option of resolv.conf, likewise"),
        new(DnsSearch, null, DnsSearch, SettingKind.List, "A domain for short names, likewise"),
        new(HostGateway, null, HostGateway, SettingKind.Text, "What --add-host name:host-gateway means (default: the host's address in the container's network)"),
    ];
}

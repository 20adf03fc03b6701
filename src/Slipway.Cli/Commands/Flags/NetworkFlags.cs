using System.CommandLine;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers;
using Slipway.Engine.Networks;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about networks, names and ports.</summary>
internal sealed class NetworkFlags
{
    private readonly Option<string[]> _network = new("--network", "--net") { Description = "A network (default bridge), none, host, container:NAME, or name=NET,alias=NAME,ip=ADDRESS,…", HelpName = "network" };
    private readonly Option<string[]> _aliases = new("--network-alias", "--net-alias") { Description = "One more name in the network", HelpName = "list" };
    private readonly Option<string?> _ip = new("--ip") { Description = "Fixed IPv4 address", HelpName = "address" };
    private readonly Option<string?> _ip6 = new("--ip6") { Description = "Fixed IPv6 address", HelpName = "address" };
    private readonly Option<string?> _mac = new("--mac-address") { Description = "Fixed hardware address: 02:42:ac:11:00:02" };
    private readonly Option<string[]> _linkLocal = new("--link-local-ip") { Description = "Link-local address", HelpName = "list" };
    private readonly Option<string[]> _links = new("--link") { Description = "Know another container by a name: NAME[:ALIAS]", HelpName = "list" };
    private readonly Option<string[]> _publish = new("--publish", "-p") { Description = "Publish a port: [ip:][hostPort:]containerPort[/proto], ranges too", HelpName = "list" };
    private readonly Option<bool> _publishAll = new("--publish-all", "-P") { Description = "Publish all exposed ports to free ones of the host" };
    private readonly Option<string[]> _expose = new("--expose") { Description = "Expose a port or a range", HelpName = "list" };
    private readonly Option<string[]> _dns = new("--dns") { Description = "Name server", HelpName = "list" };
    private readonly Option<string[]> _dnsOptions = new("--dns-option", "--dns-opt") { Description = "Option of resolv.conf", HelpName = "list" };
    private readonly Option<string[]> _dnsSearch = new("--dns-search") { Description = "Domain that short names are looked up in ('.' for none)", HelpName = "list" };
    private readonly Option<string[]> _hosts = new("--add-host") { Description = "A line of /etc/hosts: NAME:ADDRESS, or NAME:host-gateway", HelpName = "list" };
    private readonly Option<string?> _domainname = new("--domainname") { Description = "Domain name in the container" };

    private readonly bool _isChange;

    /// <param name="command">The command that gets them.</param>
    /// <param name="isChange">They say what is to be different: a port with a plus before it is one more.</param>
    public NetworkFlags(Command command, bool isChange = false)
    {
        _isChange = isChange;
        command.AddAll(
        [_network, _aliases, _ip, _ip6, _mac, _linkLocal, _links, _publish, _publishAll, _expose, _dns, _dnsOptions, _dnsSearch, _hosts, _domainname]);
    }

    /// <summary>Ports with a plus before them, without that.</summary>
    public IEnumerable<string> MorePorts(ParseResult line) => line.ValuesOf(_publish).Where(IsMore).Select(p => p[1..]);

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request)
    {
        List<NetworkAttachment> attachments = [.. line.ValuesOf(_network).Select(AttachmentParser.Parse)];
        string mode = attachments.Count > 0 ? attachments[0].Network : NetworkManager.DefaultName;
        mode = mode == "default" ? NetworkManager.DefaultName : mode;
        return request with
        {
            Network = mode,
            Attachments = Detailed(line, attachments, mode),
            Ports = [.. line.ValuesOf(_publish).Where(p => !IsMore(p)).SelectMany(PortParser.Parse).Distinct()],
            PublishAll = line.GetValue(_publishAll),
            ExposedPorts = [.. line.ValuesOf(_expose).SelectMany(PortParser.ParseExposed)],
            DnsServers = line.ValuesOf(_dns),
            DnsOptions = line.ValuesOf(_dnsOptions),
            DnsSearch = line.ValuesOf(_dnsSearch),
            ExtraHosts = line.ValuesOf(_hosts),
            Domainname = line.GetValue(_domainname),
        };
    }

    private bool IsMore(string port) => _isChange && port.StartsWith('+');

    // The flags about one network are the first one's, as docker has it.
    private List<NetworkAttachment>? Detailed(ParseResult line, List<NetworkAttachment> attachments, string mode)
    {
        string[] aliases = line.ValuesOf(_aliases), linkLocal = line.ValuesOf(_linkLocal), links = line.ValuesOf(_links);
        string? ip = line.GetValue(_ip), ip6 = line.GetValue(_ip6), mac = line.GetValue(_mac);
        bool hasDetails = aliases.Length + linkLocal.Length + links.Length > 0 || ip is not null || ip6 is not null || mac is not null;
        bool isPrivate = mode is "none" or "host" || SharedMode.ContainerOf(mode) is not null;
        // A name alone, or none, says it all.
        if (!hasDetails && attachments.Count <= 1 && line.ValuesOf(_network).All(n => isPrivate || !n.Contains('=', StringComparison.Ordinal)))
            return null;
        if (isPrivate && hasDetails)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"conflicting options: addresses, aliases and links need a network: --network is {mode}");
        if (attachments.Count == 0)
            attachments.Add(new() { Network = mode });
        NetworkAttachment first = attachments[0] with { Network = mode };
        attachments[0] = first with
        {
            Aliases = [.. first.Aliases, .. aliases],
            Ipv4Address = ip ?? first.Ipv4Address,
            Ipv6Address = ip6 ?? first.Ipv6Address,
            MacAddress = mac ?? first.MacAddress,
            LinkLocalAddresses = [.. first.LinkLocalAddresses, .. linkLocal],
            Links = [.. first.Links, .. links],
        };
        return attachments;
    }
}

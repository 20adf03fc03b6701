using System.Globalization;
using Slipway.Api.Wire;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers;
using Slipway.Engine.Networks;

namespace Slipway.Api.Contracts.Requests;

/// <summary>Networks, names and ports of a container to be made, and one place in a network, as <c>connect</c> has it too.</summary>
internal static class NetworkReader
{
    private const int SeveralSince = 44, MacOfItsPlaceSince = 44;

    /// <summary>What clients are told of what they said in vain, or as it was said before.</summary>
    public static IEnumerable<string> Warnings(JsonInput body, ApiVersion version)
    {
        JsonInput host = body.Object("HostConfig");
        if (host.Text("NetworkMode") == "host" && host.Keys("PortBindings").Count > 0)
            yield return "Published ports are discarded when using host network mode";
        if (version.IsAtLeast(MacOfItsPlaceSince) && body.Text("MacAddress") is not null)
            yield return "The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.";
    }

    public static ContainerRequest Read(JsonInput body, JsonInput host, ContainerRequest request, ApiVersion version)
    {
        if (!version.IsAtLeast(SeveralSince) && body.Object("NetworkingConfig").Entries("EndpointsConfig") is { Count: > 1 } several)
            throw ApiException.BadRequest($"Container cannot be created with multiple network endpoints: {string.Join(", ", several.Select(e => Linux.Printable.Escape(e.Name)))}");
        string mode = host.Text("NetworkMode") is { } named and not "default" ? named : NetworkManager.DefaultName;
        if (mode is "container" or SharedMode.Prefix)
            throw ApiException.BadRequest("Invalid network mode: invalid container format container:<name|id>");
        bool disabled = body.Flag("NetworkDisabled");
        if (disabled)
            mode = "none";
        // Without a network nothing is left of what was said of some.
        IReadOnlyList<NetworkAttachment>? attachments = disabled ? null : Attachments(body, host, ref mode);
        return request with
        {
            Network = mode,
            NetworkDisabled = disabled,
            Attachments = attachments,
            Ports = [.. host.Find("PortBindings") is null ? [] : Ports(host)],
            PublishAll = host.Flag("PublishAllPorts"),
            ExposedPorts = [.. body.Keys("ExposedPorts").Select(Port)],
            DnsServers = host.Texts("Dns") ?? [],
            DnsOptions = host.Texts("DnsOptions") ?? [],
            DnsSearch = host.Texts("DnsSearch") ?? [],
            ExtraHosts = host.Texts("ExtraHosts") ?? [],
        };
    }

    // It stays as it was written; what is none is refused now.
    private static string Port(string text)
    {
        PortParser.CheckExposed(text);
        return text;
    }

    /// <summary>An EndpointSettings.</summary>
    public static NetworkAttachment Attachment(string network, JsonInput? settings)
    {
        JsonInput endpoint = settings ?? JsonInput.Empty;
        JsonInput ipam = endpoint.Object("IPAMConfig");
        return new()
        {
            Network = network is "default" ? NetworkManager.DefaultName : network,
            Aliases = endpoint.Texts("Aliases") ?? [],
            Ipv4Address = ipam.Text("IPv4Address"),
            Ipv6Address = ipam.Text("IPv6Address"),
            LinkLocalAddresses = ipam.Texts("LinkLocalIPs") ?? [],
            MacAddress = endpoint.Text("MacAddress"),
            DriverOptions = endpoint.Map("DriverOpts"),
            GatewayPriority = endpoint.Int("GwPriority") ?? 0,
            Links = LinksOf(endpoint),
        };
    }

    // The networks are those of EndpointsConfig, where it names any; the mode's own comes first, as its ports do.
    private static List<NetworkAttachment>? Attachments(JsonInput body, JsonInput host, ref string mode)
    {
        string own = mode;
        IReadOnlyList<string> links = LinksOf(host);
        string? mac = body.Text("MacAddress");
        List<NetworkAttachment> all = [.. body.Object("NetworkingConfig").Entries("EndpointsConfig").Select(e => Attachment(e.Name, e.Value ?? throw NoEndpoint(e.Name)))];
        bool isPrivate = own is "none" or "host" || SharedMode.ContainerOf(own) is not null;
        if (isPrivate)
        {
            if (links.Count > 0 && own != "none")
                throw ApiException.BadRequest($"conflicting options: {(own == "host" ? "host type networking" : "container type network")} can't be used with links. This would result in undefined behavior");
            if (all.Exists(a => a.Ipv4Address is not null || a.Ipv6Address is not null))
                throw ApiException.BadRequest(NetworkManager.NoAddress);
            return all.TrueForAll(a => a.Network == own) && links.Count == 0 && mac is null ? null
                : throw ApiException.BadRequest($"conflicting options: container can't be in a network, or have links or an address of its own, with network mode {own}");
        }
        if (!all.Exists(a => a.Network == own))
        {
            if (all.Count == 0 || own != NetworkManager.DefaultName)
                all.Insert(0, new() { Network = own });
            else
                mode = all[0].Network;
        }
        string first = mode;
        all = [.. all.OrderByDescending(a => a.Network == first)];
        if (mac is not null && all[0].MacAddress is { } other && other != mac)
            throw ApiException.BadRequest("the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty");
        all[0] = all[0] with { Links = [.. all[0].Links, .. links], MacAddress = all[0].MacAddress ?? mac };
        return all is [var only] && only == new NetworkAttachment { Network = only.Network, Aliases = only.Aliases, Links = only.Links, LinkLocalAddresses = only.LinkLocalAddresses, DriverOptions = only.DriverOptions }
            && only.Aliases.Count + only.Links.Count + only.LinkLocalAddresses.Count + only.DriverOptions.Count == 0 ? null : all;
    }

    private static ApiException NoEndpoint(string network) => ApiException.BadRequest($"invalid config for network {Linux.Printable.Escape(network)}: EndpointsConfig is nil");

    // Who makes a container anew by what inspect shows gives a link as that has it: /NAME:/ASKER/ALIAS.
    private static IReadOnlyList<string> LinksOf(JsonInput owner) =>
        [.. (owner.Texts("Links") ?? []).Select(l => l.Split(':') is [var name, ['/', ..] path] ? $"{name.TrimStart('/')}:{path[(path.LastIndexOf('/') + 1)..]}" : l)];

    // {"80/tcp":[{"HostIp":"","HostPort":"8080"}]}; null or an empty list: any free port.
    private static IEnumerable<PortRequest> Ports(JsonInput host)
    {
        JsonInput bindings = host.Object("PortBindings");
        foreach (string key in host.Keys("PortBindings"))
        {
            IReadOnlyList<JsonInput> places = bindings.Objects(key);
            string? wrong = !IsPort(key.Split('/')[0]) ? key : places.Select(p => p.Text("HostPort")).FirstOrDefault(p => p is not null && !IsPort(p));
            if (wrong is not null)
                throw ApiException.BadRequest($"invalid port specification: \"{Linux.Printable.Escape(wrong)}\"");
            IEnumerable<string> specs = places.Count == 0 ? [key] : places.Select(p => Spec(p.Text("HostIp"), p.Text("HostPort") is { } port and not "0" ? port : "", key));
            foreach (PortRequest request in specs.SelectMany(PortParser.Parse))
                yield return request;
        }
    }

    // A number, or two; whether they are in range is for PortParser to say.
    private static bool IsPort(string text) => text.Split('-') is { Length: 1 or 2 } ends && ends.All(e => e.Length > 0 && !e.AsSpan().ContainsAnyExcept("0123456789"));

    private static string Spec(string? address, string port, string key)
    {
        if (address is null)
            return string.Create(CultureInfo.InvariantCulture, $"{port}:{key}");
        return address.Contains(':', StringComparison.Ordinal) ? $"[{address.Trim('[', ']')}]:{port}:{key}" : $"{address}:{port}:{key}";
    }
}

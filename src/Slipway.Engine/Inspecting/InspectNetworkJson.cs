using System.Net;
using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Networks;
using Slipway.Store.Images;

namespace Slipway.Engine.Inspecting;

/// <summary>What <c>inspect</c> prints of networks, in docker's names and nesting.</summary>
public static class InspectNetworkJson
{
    /// <summary>A network, with who is in it.</summary>
    public static JsonObject Of(SlipwayEngine engine, NetworkRecord network) => new()
    {
        ["Name"] = network.Name,
        ["Id"] = network.Id,
        ["Created"] = InspectJson.Time(network.Created),
        ["Scope"] = "local",
        ["Driver"] = network.Driver,
        ["EnableIPv4"] = network.EnableIPv4,
        ["EnableIPv6"] = network.EnableIPv6,
        ["IPAM"] = new JsonObject
        {
            ["Driver"] = "default",
            ["Options"] = network.AddressOptions.Count == 0 ? null : InspectJson.Map(network.AddressOptions),
            ["Config"] = new JsonArray([.. network.Subnets.Select(s => (JsonNode)Subnet(s))]),
        },
        ["Internal"] = network.Internal,
        ["Attachable"] = network.Attachable,
        ["Ingress"] = false,
        ["ConfigFrom"] = new JsonObject { ["Network"] = network.ConfigFrom },
        ["ConfigOnly"] = network.ConfigOnly,
        ["Containers"] = new JsonObject(engine.Networks.MembersOf(network).Select(m => KeyValuePair.Create(m.Container.Id, (JsonNode?)Member(network, m.Container, m.Endpoint)))),
        // As they were given, and no more: docker-compose 1 holds them against its file's, and refuses a network that has others.
        ["Options"] = InspectJson.Map(network.IsDefault ? NetworkOptions.OfDefault(network) : network.Options),
        ["Labels"] = InspectJson.Map(network.Labels),
    };

    /// <summary>A container's <c>NetworkSettings</c>.</summary>
    public static JsonObject Settings(SlipwayEngine engine, ContainerRecord container, ImageRecord? image)
    {
        IReadOnlyList<NetworkPlace> places = engine.Networks.PlacesOf(container);
        NetworkPlace? bridge = places.FirstOrDefault(p => p.Network?.IsDefault == true);
        JsonObject settings = new()
        {
            ["Bridge"] = "",
            ["SandboxID"] = container.IsRunning ? container.Id : "",
            ["SandboxKey"] = container.IsRunning ? $"/proc/{container.Pid}/ns/net" : "",
            // No longer anything, and what older clients look for.
            ["HairpinMode"] = false,
            ["LinkLocalIPv6Address"] = "",
            ["LinkLocalIPv6PrefixLen"] = 0,
            ["SecondaryIPAddresses"] = null,
            ["SecondaryIPv6Addresses"] = null,
            ["Ports"] = Ports(engine, container, image),
        };
        // The default network's once more, as those expect who are older than the others.
        foreach ((string name, JsonNode? value) in Addresses(bridge?.Network, bridge?.Endpoint))
            settings[name] = value;
        settings["Networks"] = Networks(container, places, name => engine.Networks.Get(name));
        return settings;
    }

    /// <summary>A container's place in each of its networks, by name.</summary>
    /// <param name="container">The container.</param>
    /// <param name="places">Its places.</param>
    /// <param name="find">A network by its name: for those that are none, where nobody has a place.</param>
    public static JsonObject Networks(ContainerRecord container, IReadOnlyList<NetworkPlace> places, Func<string, NetworkRecord?> find) => new(places.Count > 0
        ? places.Select(p => KeyValuePair.Create(p.Network?.Name ?? p.Wanted.Network, (JsonNode?)Endpoint(container, p.Network, p.Wanted, p.Endpoint)))
        // Another's, or taken out of all of them, which may be gone.
        : container.Request.Network is not ("host" or "none") ? []
        : [KeyValuePair.Create(container.Request.Network, (JsonNode?)Endpoint(container, find(container.Request.Network), new() { Network = container.Request.Network }, null))]);

    /// <summary>Adds what a container asked for of networks to its <c>HostConfig</c>.</summary>
    public static void AddHostConfig(JsonObject host, ContainerRequest request)
    {
        host["PortBindings"] = new JsonObject(request.Ports.GroupBy(p => p.Key).Select(g => KeyValuePair.Create(g.Key, (JsonNode?)new JsonArray(
            [.. g.Select(p => (JsonNode)new JsonObject { ["HostIp"] = p.HostAddress ?? "", ["HostPort"] = p.FirstHostPort == 0 ? "" : p.FirstHostPort == p.LastHostPort ? $"{p.FirstHostPort}" : $"{p.FirstHostPort}-{p.LastHostPort}" })]))));
        host["PublishAllPorts"] = request.PublishAll;
        host["Dns"] = InspectJson.List(request.DnsServers);
        host["DnsOptions"] = InspectJson.List(request.DnsOptions);
        host["DnsSearch"] = InspectJson.List(request.DnsSearch);
        host["ExtraHosts"] = InspectJson.ListOrNull(request.ExtraHosts);
        host["Links"] = (request.Attachments ?? []).Any(a => a.Links.Count > 0) ? InspectJson.List(request.Attachments!.SelectMany(a => a.Links)) : null;
    }

    private static JsonObject Ports(SlipwayEngine engine, ContainerRecord container, ImageRecord? image)
    {
        ILookup<string, PublishedRecord> published = engine.Networks.PublishedOf(container).ToLookup(p => p.Key);
        if (!container.IsRunning)
            return [];
        return new(NetworkManager.Exposed(container.Request, image).Union(published.Select(p => p.Key)).Select(key => KeyValuePair.Create(key, (JsonNode?)(published.Contains(key)
            ? new JsonArray([.. published[key].Select(p => (JsonNode)new JsonObject { ["HostIp"] = p.HostAddress.ToString(), ["HostPort"] = $"{p.HostPort}" })])
            : null))));
    }

    private static JsonObject Endpoint(ContainerRecord container, NetworkRecord? network, NetworkAttachment wanted, EndpointRecord? endpoint)
    {
        JsonObject json = new()
        {
            ["IPAMConfig"] = wanted.Ipv4Address is null && wanted.Ipv6Address is null && wanted.LinkLocalAddresses.Count == 0 ? null : IpamConfig(wanted),
            ["Links"] = wanted.Links.Count == 0 ? null : InspectJson.List(wanted.Links),
            ["Aliases"] = wanted.Aliases.Count == 0 ? null : InspectJson.List(wanted.Aliases),
            ["DriverOpts"] = wanted.DriverOptions.Count == 0 ? null : InspectJson.Map(wanted.DriverOptions),
            ["GwPriority"] = wanted.GatewayPriority,
            ["NetworkID"] = network?.Id ?? "",
        };
        foreach ((string name, JsonNode? value) in Addresses(network, endpoint))
            json[name] = value;
        // One that was asked for is the container's before it runs, too.
        if (endpoint is null && wanted.MacAddress is { } mac)
            json["MacAddress"] = mac;
        json["DNSNames"] = network is null or { IsDefault: true } or { Driver: not "bridge" } ? null : InspectJson.List(NetworkManager.NamesOf(container, wanted));
        return json;
    }

    private static JsonObject IpamConfig(NetworkAttachment wanted)
    {
        JsonObject json = [];
        if (wanted.Ipv4Address is { } ipv4)
            json["IPv4Address"] = ipv4;
        if (wanted.Ipv6Address is { } ipv6)
            json["IPv6Address"] = ipv6;
        if (wanted.LinkLocalAddresses.Count > 0)
            json["LinkLocalIPs"] = InspectJson.List(wanted.LinkLocalAddresses);
        return json;
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Addresses(NetworkRecord? network, EndpointRecord? endpoint)
    {
        NetworkSubnet? four = endpoint?.Ipv4 is { } a ? network?.Subnets.FirstOrDefault(s => s.Subnet.Contains(a)) : null;
        NetworkSubnet? six = endpoint?.Ipv6 is { } b ? network?.Subnets.FirstOrDefault(s => s.Subnet.Contains(b)) : null;
        yield return new("EndpointID", endpoint is null ? "" : $"{endpoint.NetworkId[..32]}{endpoint.ContainerId[..32]}");
        yield return new("Gateway", Text(four?.WayOut));
        yield return new("IPAddress", Text(endpoint?.Ipv4));
        yield return new("IPPrefixLen", four?.Subnet.PrefixLength ?? 0);
        yield return new("IPv6Gateway", Text(six?.WayOut));
        yield return new("GlobalIPv6Address", Text(endpoint?.Ipv6));
        yield return new("GlobalIPv6PrefixLen", six?.Subnet.PrefixLength ?? 0);
        yield return new("MacAddress", endpoint?.Mac ?? "");
    }

    private static JsonObject Member(NetworkRecord network, ContainerRecord container, EndpointRecord endpoint) => new()
    {
        ["Name"] = container.Name,
        ["EndpointID"] = $"{endpoint.NetworkId[..32]}{endpoint.ContainerId[..32]}",
        ["MacAddress"] = endpoint.Mac,
        ["IPv4Address"] = WithPrefix(network, endpoint.Ipv4),
        ["IPv6Address"] = WithPrefix(network, endpoint.Ipv6),
    };

    private static string WithPrefix(NetworkRecord network, IPAddress? address) =>
        address is null ? "" : $"{address}/{network.Subnets.First(s => s.Subnet.Contains(address)).Subnet.PrefixLength}";

    private static JsonObject Subnet(NetworkSubnet subnet)
    {
        JsonObject json = new() { ["Subnet"] = subnet.Subnet.ToString() };
        if (subnet.Range is { } range)
            json["IPRange"] = range.ToString();
        json["Gateway"] = subnet.Gateway.ToString();
        if (subnet.Reserved.Count > 0)
            json["AuxiliaryAddresses"] = InspectJson.Map(subnet.Reserved);
        return json;
    }

    private static string Text(IPAddress? address) => address?.ToString() ?? "";
}

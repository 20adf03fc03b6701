using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Linux;
using Slipway.Network.Bridges;
using Slipway.Network.Nftables;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Networks;

/// <summary>Networks: who can reach whom. One verb a file; this one finds and lists them.</summary>
public sealed partial class NetworkManager
{
    /// <summary>The network of containers that name none.</summary>
    public const string DefaultName = "bridge";

    private const int BridgeDigits = 10;

    private readonly EngineContext _context;
    private readonly ContainerManager _containers;

    internal NetworkManager(EngineContext context, ContainerManager containers)
    {
        _context = context;
        _containers = containers;
    }

    private NetworkTable Table => _context.Networks;

    /// <summary>The network of that name, id, or unique beginning of an id.</summary>
    /// <exception cref="SlipwayException">NotFound, or InvalidArgument where several ids begin so.</exception>
    public NetworkRecord Get(string nameOrId) => Resolve(_context, nameOrId);

    /// <summary>All networks, by name; with the two that are none.</summary>
    public IReadOnlyList<NetworkRecord> List()
    {
        bool disabled = IsDefaultDisabled(_context);
        if (!disabled)
            _ = Default(_context);
        return [.. Table.List().Where(n => !n.IsDefault || !disabled).Concat(s_predefined).OrderBy(n => n.Name, StringComparer.Ordinal)];
    }

    /// <summary>Who is in a network: of containers that run.</summary>
    public IReadOnlyList<(ContainerRecord Container, EndpointRecord Endpoint)> MembersOf(NetworkRecord network)
    {
        List<(ContainerRecord, EndpointRecord)> members = [];
        foreach (EndpointRecord endpoint in Table.EndpointsIn(network.Id))
        {
            if (_containers.Find(endpoint.ContainerId) is { IsRunning: true } container)
                members.Add((container, endpoint));
        }
        return members;
    }

    /// <summary>The places of a container in its networks, each with what was asked for; addresses only while it runs.</summary>
    public IReadOnlyList<NetworkPlace> PlacesOf(ContainerRecord container) => PlacesOf(container, name => Find(_context, name), Table.EndpointsOf);

    /// <summary>The same of many containers.</summary>
    public NetworkPlaces Places() => new(_context);

    internal static IReadOnlyList<NetworkPlace> PlacesOf(ContainerRecord container, Func<string, NetworkRecord?> find, Func<string, IEnumerable<EndpointRecord>> endpointsOf)
    {
        IEnumerable<EndpointRecord> endpoints = container.IsRunning ? endpointsOf(container.Id) : [];
        List<NetworkPlace> places = [];
        foreach (NetworkAttachment wanted in AttachmentsOf(container.Request))
        {
            NetworkRecord? network = find(wanted.Network);
            places.Add(new(network, wanted, endpoints.FirstOrDefault(e => e.NetworkId == network?.Id)));
        }
        return places;
    }

    /// <summary>The host's ports that lead into a container; none while it doesn't run.</summary>
    public IReadOnlyList<PublishedRecord> PublishedOf(ContainerRecord container) => container.IsRunning ? Table.PublishedOf(container.Id) : [];

    /// <summary>The ports of all containers at once, by container.</summary>
    public ILookup<string, PublishedRecord> Published() => Table.Published().ToLookup(p => p.ContainerId);

    /// <summary>For <c>slip info</c>: what this host has for networks, and how it stands.</summary>
    public IEnumerable<(string What, string State)> DescribeHost()
    {
        using var host = new NetworkHost(Table, _context.Options);
        IReadOnlyList<string> dropping;
        try
        {
            dropping = HostFilters.DroppingForward(host.Nft);
        }
        catch (LinuxException e)
        {
            return [("packet filter", e.Message)];
        }
        return
        [
            ("packet filter", $"nf_tables, inet {host.Rules.Name}"),
            ("forwarding", Forwarding.IsOn(six: false) ? "on" : "off, until the first network is used"),
            .. dropping.Select(chain => ("forward policy", $"'{chain}' drops what it doesn't know: nothing gets in or out of networks but what its rules accept")),
        ];
    }

    /// <summary>By what the others of a network find a container.</summary>
    public static IReadOnlyList<string> NamesOf(ContainerRecord container, NetworkAttachment wanted) => NetworkRelease.NamesOf(container, wanted);

    /// <summary>The networks with an address each that a container asked for; none for <c>none</c>, <c>host</c> and another container's.</summary>
    public static IReadOnlyList<NetworkAttachment> AttachmentsOf(ContainerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Attachments ?? (IsPrivate(request.Network) ? [] : [new NetworkAttachment { Network = request.Network }]);
    }

    /// <summary>Whether a container gets a network namespace that is made, or another's, before it starts.</summary>
    internal static bool IsConnected(ContainerRequest request) =>
        SharedMode.ContainerOf(request.Network) is not null || AttachmentsOf(request).Count > 0;

    /// <summary>Whether a mode of the network is none of networks.</summary>
    internal static bool IsPrivate(string mode) => mode is "none" or "host" || SharedMode.ContainerOf(mode) is not null;

    /// <summary>The ports to be published: those asked for, and with <c>-P</c> all that are exposed.</summary>
    internal static IReadOnlyList<PortRequest> PortsOf(ContainerRequest request, ImageRecord? image)
    {
        if (!request.PublishAll)
            return request.Ports;
        HashSet<string> asked = [.. request.Ports.Select(p => p.Key)];
        return
        [
            .. request.Ports,
            .. Exposed(request, image).Where(asked.Add).Select(key => PortParser.Parse(key)[0]),
        ];
    }

    /// <summary>The ports that a container or its image says that it serves, as <c>80/tcp</c>.</summary>
    public static IReadOnlyList<string> Exposed(ContainerRequest request, ImageRecord? image)
    {
        ArgumentNullException.ThrowIfNull(request);
        IEnumerable<string> images = (image?.Config.Config?.ExposedPorts?.Keys ?? []).SelectMany(PortParser.ParseExposed);
        return [.. images.Concat(request.ExposedPorts.SelectMany(PortParser.ParseExposed)).Concat(request.Ports.Select(p => p.Key)).Distinct().Order(StringComparer.Ordinal)];
    }

    internal static NetworkRecord? Find(EngineContext context, string nameOrId)
    {
        if (nameOrId is DefaultName or "default")
            return IsDefaultDisabled(context) ? null : Default(context);
        if (Array.Find(s_predefined, n => n.Name == nameOrId || n.Id == nameOrId) is { } predefined)
            return predefined;
        bool maybeId = nameOrId.Length is > 0 and <= IdLength && !nameOrId.AsSpan().ContainsAnyExcept("0123456789abcdef");
        // A whole id is one, also where another network has it for a name; a part of one is a name first.
        if (maybeId && nameOrId.Length == IdLength && context.Networks.FindByPrefix(nameOrId) is [var whole])
            return whole;
        if (context.Networks.FindByName(nameOrId) is { } named)
            return named;
        if (!maybeId)
            return null;
        NetworkRecord[] matches = [.. context.Networks.FindByPrefix(nameOrId), .. s_predefined.Where(n => n.Id.StartsWith(nameOrId, StringComparison.Ordinal))];
        return matches.Length <= 1
            ? matches.FirstOrDefault()
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"network {nameOrId} is ambiguous ({matches.Length} matches found based on ID prefix)");
    }

    internal static NetworkRecord Resolve(EngineContext context, string nameOrId) =>
        Find(context, nameOrId) ?? throw new SlipwayException(ErrorKind.NotFound, $"network {nameOrId} not found");

    private const int IdLength = 64;

    internal static string BridgeOf(string id) => "slip-" + id[..BridgeDigits];

    private static readonly NetworkRecord[] s_predefined =
    [
        new() { Id = IdOf("host"), Name = "host", Driver = "host", Created = DateTimeOffset.UnixEpoch },
        new() { Id = IdOf("none"), Name = "none", Driver = "null", Created = DateTimeOffset.UnixEpoch },
    ];

    private static string IdOf(string name) => string.Concat(Enumerable.Range(0, 4).Select(part => Fingerprint.Of($"network {name} {part}")));
}

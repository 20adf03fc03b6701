using Slipway.Engine.Containers;

namespace Slipway.Engine.Networks;

/// <summary>One container's place in one of its networks.</summary>
/// <param name="Network">The network; null where it is gone.</param>
/// <param name="Wanted">What was asked for.</param>
/// <param name="Endpoint">What it has; null while it doesn't run.</param>
public sealed record NetworkPlace(NetworkRecord? Network, NetworkAttachment Wanted, EndpointRecord? Endpoint);

/// <summary>The places of a list of containers in their networks: what they share is looked up once. For one list only.</summary>
public sealed class NetworkPlaces
{
    private readonly EngineContext _context;
    private readonly Dictionary<string, NetworkRecord?> _networks = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, EndpointRecord>> _endpoints;

    internal NetworkPlaces(EngineContext context)
    {
        _context = context;
        _endpoints = new(() => context.Networks.Endpoints().ToLookup(e => e.ContainerId));
    }

    /// <summary>Each of a container's networks; addresses only while it runs.</summary>
    public IReadOnlyList<NetworkPlace> Of(ContainerRecord container) => NetworkManager.PlacesOf(container, Find, id => _endpoints.Value[id]);

    /// <summary>A network by what a container calls it; null where it is gone.</summary>
    public NetworkRecord? Find(string name)
    {
        if (!_networks.TryGetValue(name, out NetworkRecord? network))
            _networks[name] = network = NetworkManager.Find(_context, name);
        return network;
    }
}

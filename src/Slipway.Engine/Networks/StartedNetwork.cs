using Slipway.Linux;
using Slipway.Network.Dns;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Networks;

/// <summary>What a container that is about to start gets of the network.</summary>
internal sealed class StartedNetwork : IDisposable
{
    /// <summary>Its network namespace; null: a new one without anything in it, or the host's.</summary>
    public SafeFd? Namespace { get; set; }

    /// <summary>Its name server's sockets.</summary>
    public (SafeFd Datagrams, SafeFd Streams)? ResolverSockets { get; set; }

    /// <summary>What its name server knows.</summary>
    public ResolverConfig? Resolver { get; set; }

    /// <summary>The host's ports that it has.</summary>
    public IReadOnlyList<SafeFd> Ports { get; set; } = [];

    /// <summary>Its files that tell names.</summary>
    public IReadOnlyList<MountSpec> Mounts { get; set; } = [];

    /// <summary>Variables that tell of linked containers.</summary>
    public IReadOnlyList<string> Environment { get; set; } = [];

    /// <summary>Whether something is to be done when it has ended.</summary>
    public bool LeavesTraces { get; set; }

    /// <summary>What its monitor holds, in the order that it expects.</summary>
    public IReadOnlyList<SafeFd> Descriptors =>
    [
        .. Namespace is { } space ? [space] : (SafeFd[])[],
        .. ResolverSockets is { } sockets ? [sockets.Datagrams, sockets.Streams] : (SafeFd[])[],
        .. Ports,
    ];

    /// <summary>The monitor has its own by now.</summary>
    public void Dispose()
    {
        foreach (SafeFd descriptor in Descriptors)
            descriptor.Dispose();
    }
}

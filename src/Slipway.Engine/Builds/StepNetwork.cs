using System.Net;
using Slipway.Build.Solving;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Namespaces;
using Slipway.Network.Dns;

namespace Slipway.Engine.Builds;

/// <summary>
/// A network namespace on one network, for the steps of one build, one after another. Its address is a row of the database under the name of
/// a locked directory, <c>RUN/builds/net-…</c>: whoever finds the directory without its build gives the address up. The devices go with the descriptor.
/// Or a running container's, which is only looked at.
/// </summary>
internal sealed class StepNetwork : IDisposable
{
    /// <summary>What the names of all of them begin with, in rows too.</summary>
    public const string Prefix = "net-";

    private readonly EngineContext _context;
    private readonly LockedDirectory? _directory;
    private readonly SafeFd _namespace;
    private readonly (SafeFd Datagrams, SafeFd Streams)? _sockets;

    private StepNetwork(EngineContext context, string name, LockedDirectory directory, ContainerEndpoint endpoint, SafeFd made)
    {
        (_context, Name, _directory, _namespace, Gateway) = (context, name, directory, made, endpoint.Gateway);
        HostResolver resolver = HostResolver.Read();
        // In other networks than the default one containers have names.
        if (endpoint.Network.IsDefault && !resolver.IsOutOfReach)
            return;
        _sockets = NetworkNamespace.Within(made, ResolverSockets.Open);
        string networks = Path.Combine(directory.Path, "networks");
        new Memberships(networks).Add(endpoint.Network.Id, endpoint.Network.Internal, [], []);
        Resolver = new(context.Paths.Names, networks, resolver.Servers);
    }

    private StepNetwork(EngineContext context, string name, string container)
    {
        (_context, Name) = (context, name);
        (ContainerRecord target, _namespace) = SharedNetwork.Open(context, container);
        string resolv = Path.Combine(context.Paths.NameFiles(target.Id), Path.GetFileName(NameFileMount.Resolv));
        ResolvConf = File.Exists(resolv) ? File.ReadAllText(resolv) : null;
    }

    /// <summary>The network, as it was asked for.</summary>
    public string Name { get; }

    /// <summary>The host, as steps reach it.</summary>
    public IPAddress? Gateway { get; }

    /// <summary>What the step's name server knows; null where the host's servers can be asked by the step itself.</summary>
    public ResolverConfig? Resolver { get; }

    /// <summary>A container's, word for word, whose network this is; else null.</summary>
    public string? ResolvConf { get; }

    /// <summary>What a step's monitor holds, in the order that it expects.</summary>
    public IReadOnlyList<SafeFd> Descriptors => _sockets is { } sockets ? [_namespace, sockets.Datagrams, sockets.Streams] : [_namespace];

    /// <summary>Makes one.</summary>
    /// <param name="context">The engine's.</param>
    /// <param name="name">Its network, or a container's by <c>container:NAME</c>.</param>
    /// <exception cref="Slipway.Oci.SlipwayException">Denied or NotSupported where this host has no networks; Exhausted: no address is left; NotFound.</exception>
    public static StepNetwork Make(EngineContext context, string name = "default")
    {
        if (SharedMode.ContainerOf(name) is { } container)
            return new(context, name, container);
        LockedDirectory directory = LockedDirectory.Create(context.Paths.Builds, Prefix);
        try
        {
            return Make(context, name, directory);
        }
        catch (Exception e)
        {
            Release(context, directory);
            if (e is LinuxException failed)
                throw ConnectedNamespace.Explain(name is "default" ? NetworkManager.DefaultName : name, failed);
            throw;
        }
    }

    /// <summary>Gives up the addresses of builds that are dead. The directories of most are gone by now, and those of all after a reboot.</summary>
    public static void ForgetDead(EngineContext context)
    {
        foreach (string name in context.Networks.MembersWith(Prefix))
        {
            if (!Directory.Exists(Path.Combine(context.Paths.Builds, name)))
                context.Networks.DeleteEndpoints(name);
        }
    }

    public void Dispose()
    {
        foreach (SafeFd descriptor in Descriptors)
            descriptor.Dispose();
        if (_directory is not null)
            Release(_context, _directory);
    }

    private static StepNetwork Make(EngineContext context, string name, LockedDirectory directory)
    {
        using var host = new NetworkHost(context.Networks, context.Options);
        NetworkRecord network;
        int bridge;
        using (FileLock held = host.Lock())
            (network, bridge) = host.Ensure(NetworkManager.Resolve(context, name));
        var wanted = new NetworkAttachment { Network = network.Name };
        var endpoint = new ContainerEndpoint(network, bridge, wanted, new AddressAllocator(context).Allocate(network, Path.GetFileName(directory.Path), wanted));
        SafeFd made = ConnectedNamespace.Make(host, [endpoint], endpoint);
        try
        {
            return new(context, name, directory, endpoint, made);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    // The directory last: killed before, the next finds it and does the rest.
    private static void Release(EngineContext context, LockedDirectory directory)
    {
        context.Networks.DeleteEndpoints(Path.GetFileName(directory.Path));
        directory.Dispose();
    }
}

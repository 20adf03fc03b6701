using Slipway.Engine.Networks;
using Slipway.Oci.Image;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;
using Slipway.Runtime.Users;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

/// <summary>From what was asked for and what the image says to the configuration that the runtime acts on.</summary>
internal sealed partial class ContainerSpec(EngineContext context, ContainerRecord record, ImageRecord image)
{
    private readonly ContainerRequest _request = record.Request;
    private readonly ExecutionConfig _defaults = image.Config.Config ?? new();

    /// <summary>Whether the container has its writable layer yet.</summary>
    public bool HasLayer { get; init; } = true;

    private bool HasNamespaceGiven => NetworkManager.IsConnected(_request);

    /// <summary>What it gets of the network; null in a plan of a start, where it can't be known.</summary>
    public StartedNetwork? Network { get; init; }

    /// <summary>The configuration of this start.</summary>
    public RuntimeSpec Build()
    {
        ResolvedUser user = ResolveUser();
        string hostname = _request.Hostname ?? (_request.Network == "host" ? Environment.MachineName : record.ShortId);
        bool ownNetwork = _request.Network != "host";
        IReadOnlyList<string> capabilities = BuildCapabilities();
        return new()
        {
            OciVersion = "1.2.0",
            Hostname = hostname,
            Domainname = _request.Domainname,
            Root = new() { Path = context.Paths.Upper(record.Id), Readonly = _request.Security.ReadOnly ? true : null },
            Process = BuildProcess(user, hostname, capabilities),
            Mounts = [.. DefaultSpec.Mounts(ownNetwork), .. Network?.Mounts ?? [], .. new ContainerVolumes(context).MountsOf(_request)],
            Linux = new()
            {
                Namespaces = HasNamespaceGiven ? DefaultSpec.NamespacesWithGiven : DefaultSpec.Namespaces(ownNetwork),
                CgroupsPath = "/slipway/" + record.Id,
                Resources = BuildResources(),
                Seccomp = BuildSeccomp(capabilities),
                Sysctl = ownNetwork ? DefaultSpec.Sysctls : null,
                MaskedPaths = DefaultSpec.MaskedPaths,
                ReadonlyPaths = DefaultSpec.ReadonlyPaths,
            },
        };
    }
}

using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
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

    /// <summary>What it gets of the network; null in a plan of a start, where it can't be known.</summary>
    public StartedNetwork? Network { get; init; }

    /// <summary>The ids of its own that the container has; null: the host's.</summary>
    public ContainerUsers? Users { get; init; }

    /// <summary>Its root as a descriptor that the monitor is given; null: the layers are stacked up there.</summary>
    public string? GivenRoot { get; init; }

    /// <summary>Takes what the monitor is to be given open.</summary>
    public required GivenDescriptors Given { get; init; }

    /// <summary>The configuration of this start.</summary>
    public RuntimeSpec Build()
    {
        ResolvedUser user = ResolveUser();
        bool ownName = _request.Security.UtsMode != "host";
        string hostname = _request.Hostname ?? (HasOwnNetwork && ownName ? record.ShortId : Environment.MachineName);
        IReadOnlyList<string> capabilities = BuildCapabilities();
        return new()
        {
            OciVersion = "1.2.0",
            Hostname = ownName ? hostname : null,
            Domainname = ownName ? _request.Domainname : null,
            Root = new() { Path = GivenRoot ?? context.Paths.Upper(record.Id), Readonly = _request.Security.ReadOnly ? true : null },
            Process = BuildProcess(user, hostname, capabilities),
            Mounts = BuildMounts(),
            Hooks = Injected.Hooks is { Prestart: null, CreateRuntime: null, CreateContainer: null, StartContainer: null } ? null : Injected.Hooks,
            Annotations = _request.Annotations.Count > 0 ? _request.Annotations : null,
            Linux = new()
            {
                Namespaces = BuildNamespaces(),
                UidMappings = Users?.Map.Uids,
                GidMappings = Users?.Map.Gids,
                CgroupsPath = CgroupsPathOf(record),
                Resources = BuildResources(),
                Devices = BuildDevices(),
                RootfsPropagation = ContainerMounts.RootPropagation(_request),
                Seccomp = BuildSeccomp(capabilities),
                // In a network that is another container's, or the host's by way of one, nothing is set that nobody asked for.
                Sysctl = BuildSysctls(HasOwnNetwork && SharedMode.ContainerOf(_request.Network) is null),
                MaskedPaths = _request.Security.MaskedPaths ?? (ShowsSystem ? null : DefaultSpec.MaskedPaths),
                ReadonlyPaths = _request.Security.ReadonlyPaths ?? (ShowsSystem ? null : DefaultSpec.ReadonlyPaths),
            },
        };
    }
}

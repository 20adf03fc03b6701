using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Specs;

/// <summary>The configuration that a bundle's author starts from: a shell on a read-only root, with little to do harm with.</summary>
public static class BundleSpec
{
    private static readonly string[] s_capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    /// <summary>Namespaces but the user's and time's, the default mounts and masks, three capabilities.</summary>
    public static RuntimeSpec Example() => new()
    {
        OciVersion = RuntimeVersion.Specification,
        Process = new ProcessSpec
        {
            Terminal = true,
            User = new UserSpec { Uid = 0, Gid = 0 },
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Cwd = "/",
            Capabilities = new CapabilitiesSpec { Bounding = s_capabilities, Effective = s_capabilities, Permitted = s_capabilities },
            Rlimits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
            NoNewPrivileges = true,
        },
        Root = new RootSpec { Path = "rootfs", Readonly = true },
        Hostname = "slipway",
        Mounts = DefaultSpec.Mounts(ownNetwork: true),
        Linux = new LinuxSpec
        {
            Resources = new ResourcesSpec { Devices = [new DeviceRule { Allow = false, Access = "rwm" }] },
            // Where v1 is, its readers expect to find a container by its path on the host.
            Namespaces = [.. DefaultSpec.Namespaces(ownNetwork: true).Where(entry => entry.Type != "cgroup" || CgroupHost.Read().IsUnifiedOnly)],
            MaskedPaths = DefaultSpec.MaskedPaths,
            ReadonlyPaths = DefaultSpec.ReadonlyPaths,
        },
    };

    /// <summary>
    /// The same in a user namespace with the caller as its root and nobody else: on the host's network, whose sysfs is bound, without what only
    /// the host's root may do.
    /// </summary>
    public static RuntimeSpec RootlessExample()
    {
        RuntimeSpec example = Example();
        (uint uid, uint gid) = OwnIds.Effective();
        return example with
        {
            Mounts = [.. DefaultSpec.Mounts(ownNetwork: false).Where(static mount => mount.Type != "cgroup").Select(WithoutIds)],
            Linux = example.Linux! with
            {
                Resources = null,
                Namespaces = [.. example.Linux.Namespaces!.Where(static entry => entry.Type != "network"), new NamespaceSpec { Type = "user" }],
                UidMappings = [new IdMapping { ContainerId = 0, HostId = uid, Size = 1 }],
                GidMappings = [new IdMapping { ContainerId = 0, HostId = gid, Size = 1 }],
            },
        };
    }

    // Ids that its namespace does not have.
    private static MountSpec WithoutIds(MountSpec mount) => mount with
    {
        Options = [.. (mount.Options ?? []).Where(static option => !option.StartsWith("gid=", StringComparison.Ordinal) && !option.StartsWith("uid=", StringComparison.Ordinal))],
    };
}

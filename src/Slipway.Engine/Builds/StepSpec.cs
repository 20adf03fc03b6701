using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Linux.Capabilities;
using Slipway.Linux.Files;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;
using Slipway.Runtime.Users;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Builds;

/// <summary>The configuration of a RUN step's container: what every container has, but for what the step asks for.</summary>
/// <param name="step">The step.</param>
/// <param name="isConnected">Whether it gets a network namespace from the build; else it has the host's, or one that leads nowhere.</param>
internal sealed class StepSpec(RunStep step, bool isConnected)
{
    private static readonly string[] s_limits =
        ["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"];

    /// <summary>The specification.</summary>
    /// <param name="id">The container's.</param>
    public RuntimeSpec Build(string id)
    {
        using DirFd root = new(OverlayMount.OpenDetached([step.Upper, .. step.LowersTopFirst], null, null));
        ResolvedUser user = UserResolver.Resolve(root, step.User, []);
        bool ownNetwork = step.Network != "host";
        // What other builders give to RUN, for which Dockerfiles are written: mknod, for one. Nodes can be made, not used: see the rules of devices.
        IReadOnlyList<string> capabilities = step.IsInsecure ? [.. CapabilityNames.All] : DefaultSpec.DockerCapabilities;
        List<string> environment = [.. step.Env];
        Containers.EnvironmentList.SetDefault(environment, "HOME=" + user.Home);
        return new()
        {
            OciVersion = "1.2.0",
            Hostname = step.Limits.Hostname,
            Root = new() { Path = step.Upper },
            Process = new()
            {
                Args = step.Args,
                Cwd = step.WorkingDirectory,
                Env = environment,
                User = user.Spec,
                Capabilities = DefaultSpec.CapabilitySets(capabilities, user.Spec.Uid),
                Rlimits = [.. step.Limits.Ulimits.Select(Rlimit)],
            },
            Mounts = [.. DefaultSpec.Mounts(ownNetwork).Select(Adapt), .. step.Mounts.Select(Mount)],
            Linux = new()
            {
                Namespaces = isConnected ? DefaultSpec.NamespacesWithGiven : DefaultSpec.Namespaces(ownNetwork),
                Sysctl = ownNetwork ? DefaultSpec.Sysctls : null,
                CgroupsPath = "/slipway/build-" + id[..12],
                Seccomp = step.IsInsecure ? null : DefaultSpec.Seccomp(capabilities),
                MaskedPaths = step.IsInsecure ? [] : DefaultSpec.MaskedPaths,
                ReadonlyPaths = step.IsInsecure ? [] : DefaultSpec.ReadonlyPaths,
                Resources = new()
                {
                    Pids = new() { Limit = DefaultSpec.PidsLimit },
                    Cpu = step.IsOnOneProcessor ? new() { Cpus = ProcessConditions.FirstProcessor().ToString() } : null,
                    Devices = step.IsInsecure ? [new() { Allow = true, Access = "rwm" }] : DefaultSpec.DeviceRules,
                },
            },
        };
    }

    private MountSpec Adapt(MountSpec mount)
    {
        if (mount.Destination == "/dev/shm" && step.Limits.ShmSize is { } size)
            return mount with { Options = [.. mount.Options!.Where(option => !option.StartsWith("size=", StringComparison.Ordinal)), $"size={size}"] };
        bool isKernels = mount.Destination is "/sys" or "/sys/fs/cgroup";
        return step.IsInsecure && isKernels ? mount with { Options = [.. mount.Options!.Where(option => option != "ro")] } : mount;
    }

    internal static MountSpec Mount(StepMount mount) => mount switch
    {
        TreeMount tree => new() { Destination = tree.Target, Type = "tree", Source = $"/proc/{System.Environment.ProcessId}/fd/{tree.Tree.Number}" },
        MemoryMount memory => new()
        {
            Destination = memory.Target,
            Type = "tmpfs",
            Source = "tmpfs",
            Options = ["nosuid", "nodev", .. memory.Size > 0 ? [$"size={memory.Size}"] : Array.Empty<string>()],
        },
        _ => throw new InvalidOperationException($"nobody mounts {mount.GetType().Name}"),
    };

    private static RlimitSpec Rlimit(Ulimit limit) => s_limits.Contains(limit.Name)
        ? new() { Type = "RLIMIT_" + limit.Name.ToUpperInvariant(), Soft = limit.Soft, Hard = limit.Hard }
        : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid ulimit type: {Linux.Printable.Escape(limit.Name)}");
}

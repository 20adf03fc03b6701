using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers;

/// <content>Mounts: what every container has, as far as nothing else is asked for, and its own.</content>
internal sealed partial class ContainerSpec
{
    private List<MountSpec> BuildMounts()
    {
        // Names come last: /etc may be a volume.
        List<MountSpec> own = [.. new ContainerMounts(context, record, Given) { Users = Users }.Build(), .. Injected.Mounts, .. Network?.Mounts ?? []];
        HashSet<string> covered = [.. own.Select(m => m.Destination)];
        return [.. DefaultSpec.Mounts(HasOwnNetwork).Where(m => !covered.Contains(m.Destination)).Select(Adjusted).OfType<MountSpec>(), .. own];
    }

    private MountSpec? Adjusted(MountSpec mount) => mount.Destination switch
    {
        "/dev/shm" => SharedMemory(),
        "/sys" when Security.Privileged => Writable(mount),
        "/sys/fs/cgroup" when Security.Privileged || Security.WritableCgroups => Writable(mount),
        _ => mount,
    };

    private static MountSpec Writable(MountSpec mount) => mount with { Options = [.. (mount.Options ?? []).Select(o => o == "ro" ? "rw" : o)] };
}

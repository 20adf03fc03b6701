using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;

namespace Slipway.Runtime.Specs;

/// <summary>What every container has unless it asks otherwise: namespaces, mounts, masked paths, capabilities, devices.</summary>
public static partial class DefaultSpec
{
    /// <summary>Podman's eleven: Docker's without AUDIT_WRITE, MKNOD and NET_RAW.</summary>
    public static IReadOnlyList<string> Capabilities { get; } =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID",
        "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];

    /// <summary>Docker's fourteen, for what docker's clients and Dockerfiles are written for: raw sockets (ping), mknod, the audit log (sshd, su).</summary>
    public static IReadOnlyList<string> DockerCapabilities { get; } = [.. Capabilities, "CAP_AUDIT_WRITE", "CAP_MKNOD", "CAP_NET_RAW"];

    /// <summary>
    /// Of a network of its own: ping without CAP_NET_RAW, since every group may open an ICMP socket (icmp(7)), and ports below 1024 for those who are
    /// not root, as docker has both: nothing of the host's is to be had by either.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Sysctls { get; } = new Dictionary<string, string>
    {
        ["net.ipv4.ping_group_range"] = "0 2147483647",
        ["net.ipv4.ip_unprivileged_port_start"] = "0",
    };

    /// <summary>Read as empty: what tells of the host, or acts on it (security catalogue, part A).</summary>
    public static IReadOnlyList<string> MaskedPaths { get; } =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
        .. ThermalThrottle(),
    ];

    /// <summary>Can be read, not written.</summary>
    public static IReadOnlyList<string> ReadonlyPaths { get; } = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>Nothing but the harmless devices and pseudo-terminals; nodes of others can be made, not used.</summary>
    public static IReadOnlyList<DeviceRule> DeviceRules { get; } =
    [
        new() { Allow = false, Access = "rwm" },
        new() { Allow = true, Type = "c", Access = "m" },
        new() { Allow = true, Type = "b", Access = "m" },
        Character(1, 3), Character(1, 5), Character(1, 7), Character(1, 8), Character(1, 9), Character(5, 0), Character(5, 2),
        new() { Allow = true, Type = "c", Major = 136, Access = "rwm" },
    ];

    /// <summary>Most processes and threads of a container, unless it asks otherwise.</summary>
    public const long PidsLimit = 2048;

    /// <summary>
    /// The five sets of a process: root has them effective, a plain user only as a bound, as an execve of his would leave it
    /// (capabilities(7)). Nothing is ever inheritable or ambient (invariant I11).
    /// </summary>
    /// <param name="bounding">What the container may have.</param>
    /// <param name="uid">Who the process runs as: not necessarily who the container's first one does.</param>
    public static CapabilitiesSpec CapabilitySets(IReadOnlyList<string> bounding, uint uid) => new()
    {
        Bounding = bounding,
        Effective = uid == 0 ? bounding : [],
        Permitted = uid == 0 ? bounding : [],
        Inheritable = [],
        Ambient = [],
    };

    /// <summary>New namespaces of every kind but user and time; the network's where <paramref name="ownNetwork"/> is set.</summary>
    public static IReadOnlyList<NamespaceSpec> Namespaces(bool ownNetwork)
    {
        List<NamespaceSpec> namespaces = [New("mount"), New("pid"), New("uts"), New("ipc"), New("cgroup")];
        if (ownNetwork)
            namespaces.Add(New("network"));
        return namespaces;
    }

    /// <summary>The same with a network namespace that is made before: the first of the descriptors that the monitor is given (<see cref="Bundles.MonitorConfig.GivesNetwork"/>).</summary>
    public static IReadOnlyList<NamespaceSpec> NamespacesWithGiven => [.. Namespaces(ownNetwork: false), new() { Type = "network", Path = GivenDescriptor.PathOf(0) }];

    /// <summary>The default mounts (config-linux.md, default filesystems).</summary>
    /// <param name="ownNetwork">A new sysfs shows the container's network namespace; without one of its own it is the host's, read-only too.</param>
    public static IReadOnlyList<MountSpec> Mounts(bool ownNetwork) =>
    [
        Mount("/proc", "proc", "nosuid", "noexec", "nodev"),
        Mount("/dev", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        Mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        Mount("/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
        Mount("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        ownNetwork ? Mount("/sys", "sysfs", "nosuid", "noexec", "nodev", "ro") : Bind("/sys", "rbind", "nosuid", "noexec", "nodev", "ro"),
        Mount("/sys/fs/cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro"),
    ];

    // A directory for each processor, where the machine has such counters at all: they tell of the neighbours' load.
    private static IEnumerable<string> ThermalThrottle() => Directory.Exists("/sys/devices/system/cpu/cpu0/thermal_throttle")
        ? Enumerable.Range(0, Environment.ProcessorCount).Select(cpu => $"/sys/devices/system/cpu/cpu{cpu}/thermal_throttle")
        : [];

    private static NamespaceSpec New(string type) => new() { Type = type };

    private static MountSpec Mount(string destination, string type, params string[] options) =>
        new() { Destination = destination, Type = type, Source = type, Options = options };

    private static MountSpec Bind(string path, params string[] options) =>
        new() { Destination = path, Type = "bind", Source = path, Options = options };

    private static DeviceRule Character(long major, long minor) => new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" };
}

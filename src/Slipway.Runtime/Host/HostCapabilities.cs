using Slipway.Linux;
using Slipway.Linux.Capabilities;
using Slipway.Linux.Mounts;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Host;

/// <summary>What the host lets this process do: asked once, without leaving a trace, so that a refusal can be explained before it happens.</summary>
public sealed record HostCapabilities
{
    /// <summary>The oldest kernel whose calls a start can do with: mount_setattr(2).</summary>
    public static readonly Version OldestKernel = new(5, 12);

    private static readonly Version s_lowerByLower = new(6, 8);

    /// <summary>The running kernel.</summary>
    public required Version Kernel { get; init; }

    /// <summary>Whether this is user 0.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>CAP_SYS_ADMIN, which namespaces and mounts take.</summary>
    public required bool HasSysAdmin { get; init; }

    /// <summary>Whether file systems can be mounted: the capability, and nothing like a seccomp filter in the way.</summary>
    public required bool CanMount { get; init; }

    /// <summary>Whether the kernel has overlay.</summary>
    public required bool HasOverlay { get; init; }

    /// <summary>Whether user namespaces can be made.</summary>
    public required bool HasUserNamespaces { get; init; }

    /// <summary>How control groups are arranged.</summary>
    public required CgroupVersion Cgroups { get; init; }

    /// <summary>Whether controllers are on version 1, whatever lies beside it.</summary>
    public bool HasFirstCgroups => Cgroups is CgroupVersion.V1 or CgroupVersion.Hybrid;

    /// <summary>Whether overlay takes lower directories one by one (Linux 6.8).</summary>
    internal static bool HasLowerByLower => KernelVersion >= s_lowerByLower;

    /// <summary>Whether processes can be counted: with v2 alone the tree says so; a container that runs containers may have been given none of its controllers.</summary>
    public static bool CanLimitProcesses =>
        SmallFile.TryReadText("/sys/fs/cgroup/cgroup.controllers") is not { } controllers || controllers.Split([' ', '\n']).Contains("pids");

    // uname(2).
    private static Version KernelVersion => Environment.OSVersion.Version;

    /// <summary>Asks the host.</summary>
    public static HostCapabilities Probe() => new()
    {
        Kernel = KernelVersion,
        IsRoot = Environment.IsPrivilegedProcess,
        HasSysAdmin = OwnCapabilities.Has(Capability.CAP_SYS_ADMIN),
        CanMount = ProbeMount(),
        HasOverlay = (SmallFile.TryReadText("/proc/filesystems") ?? "").Split('\n').Contains("nodev\toverlay"),
        HasUserNamespaces = SmallFile.TryReadText("/proc/sys/user/max_user_namespaces") is { } most && most.Trim() != "0",
        Cgroups = VersionOf(CgroupHierarchy.Parse(SmallFile.TryReadText("/proc/self/mountinfo") ?? "")),
    };

    /// <summary>For <c>slip info</c>: what, and how it stands.</summary>
    public IEnumerable<(string What, string State)> Describe() =>
    [
        ("kernel", Kernel.ToString()),
        ("root", Say(IsRoot)),
        ("CAP_SYS_ADMIN", Say(HasSysAdmin)),
        ("mounts", CanMount ? "allowed" : "denied"),
        ("overlay", Say(HasOverlay)),
        ("user namespaces", Say(HasUserNamespaces)),
        ("cgroups", Cgroups switch { CgroupVersion.V1 => "v1", CgroupVersion.V2 => "v2", CgroupVersion.Hybrid => "v1 and v2 (hybrid)", _ => "none" }),
    ];

    /// <summary>Returns when containers can be run here.</summary>
    /// <exception cref="SlipwayException">NotSupported or Denied: one line with what is missing, and a hint how to allow it.</exception>
    public void RequireContainers()
    {
        if (Kernel < OldestKernel)
            throw Missing(ErrorKind.NotSupported, $"the kernel is {Kernel}", $"Linux {OldestKernel} or newer is needed");
        if (!HasSysAdmin)
            throw Missing(ErrorKind.Denied, "this process lacks CAP_SYS_ADMIN", IsRoot ? "inside a container: start that one with --privileged or --cap-add SYS_ADMIN" : "run as root");
        if (!CanMount)
            throw Missing(ErrorKind.Denied, "mounts are denied here", "inside a container: start that one with --privileged, or without its seccomp and AppArmor profile");
        if (!HasOverlay)
            throw Missing(ErrorKind.NotSupported, "the kernel has no overlay file system", "modprobe overlay");
    }

    internal static CgroupVersion VersionOf(IReadOnlyList<CgroupHierarchy> hierarchies)
    {
        bool v1 = hierarchies.Any(hierarchy => !hierarchy.IsUnified), v2 = hierarchies.Any(hierarchy => hierarchy.IsUnified);
        return v1 && v2 ? CgroupVersion.Hybrid : v1 ? CgroupVersion.V1 : v2 ? CgroupVersion.V2 : CgroupVersion.None;
    }

    // A file system that is made and never attached.
    private static bool ProbeMount()
    {
        try
        {
            using FsContext context = FsContext.Open("tmpfs");
            using SafeFd mount = context.Mount(MountAttributes.None);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    private static string Say(bool value) => value ? "yes" : "no";

    private static SlipwayException Missing(ErrorKind kind, string what, string hint) => new(kind, $"containers can't run: {what}") { Hint = hint };
}

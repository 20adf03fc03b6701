using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>
/// Fills our own /dev: device nodes, links, and the console (config-linux.md#default-devices). In a user namespace nobody may make a node:
/// there the host's are mounted instead.
/// </summary>
internal sealed class DeviceSteps(PlanBuilder plan, RuntimeSpec spec, Register root, bool mounted)
{
    private const long ReadWriteForAll = 0x1b6; // 0666

    private static readonly DeviceSpec[] s_defaults =
    [
        Default("null", 3), Default("zero", 5), Default("full", 7), Default("random", 8), Default("urandom", 9),
        new() { Path = "/dev/tty", Type = "c", Major = 5, Minor = 0 },
    ];

    private static readonly (string Name, string Target)[] s_links =
        [("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("core", "/proc/kcore")];

    private readonly Dictionary<string, Register> _trees = new(StringComparer.Ordinal);

    /// <summary>Where the host's nodes are mounted: copies their mounts, and makes sure that they are what they should be (invariant I3).</summary>
    public void AddSources()
    {
        if (!mounted)
            return;
        foreach (DeviceSpec device in All())
        {
            plan.Step(plan.Trees, "open the device", device.Path, "linux.devices", step =>
            {
                Register tree = _trees[device.Path] = plan.NewRegister();
                step.Call(Syscall.open_tree, AT_FDCWD, device.Path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW).Into(tree);
                if (TypeOf(device) is S_IFCHR or S_IFBLK)
                    CheckNode(step, tree, TypeOf(device), NumberOf(device));
            }, "", new Dictionary<Errno, string> { [Errno.EXDEV] = "the host has another device there" });
        }
    }

    /// <summary>Makes them all in <paramref name="dev"/>.</summary>
    public void Add(Register dev, PtyInputs? pty)
    {
        plan.Step(PlanPhase.Devices, "make the links in", "/dev", "default", step =>
        {
            foreach ((string name, string target) in s_links)
                step.Call(Syscall.symlinkat, target, dev, name);
            // Not where somebody mounts a /dev/ptmx of his own.
            step.Call(Syscall.symlinkat, "pts/ptmx", dev, "ptmx").Tolerate(Errno.EEXIST);
        });
        foreach (DeviceSpec device in All())
            AddDevice(device, dev);
        if (pty is not null)
            AddConsole(pty, dev);
    }

    /// <summary>Fails with EXDEV unless the open file is this device.</summary>
    public static void CheckNode(StepBuilder step, Register file, long type, long number)
    {
        var status = new PlanBuffer(StatSize);
        step.Call(Syscall.newfstatat, file, "", status, AT_EMPTY_PATH);
        step.Check(status, StatModeOffset, 4, S_IFMT, type, Errno.EXDEV);
        step.Check(status, StatRdevOffset, 8, -1, number, Errno.EXDEV);
    }

    /// <summary>The kernel's number of a device (makedev(3)).</summary>
    public static long Number(uint major, uint minor) =>
        (minor & 0xff) | (major & 0xfffL) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;

    // The defaults first: an image or a caller may not make them anything else.
    private IEnumerable<DeviceSpec> All()
    {
        foreach (DeviceSpec device in s_defaults)
            yield return device;
        foreach (DeviceSpec device in spec.Linux?.Devices ?? [])
        {
            string path = RootPath.Clean(device.Path, "device");
            if (path is not ("/dev/console" or "/dev/ptmx") && !s_defaults.Any(known => known.Path == path))
                yield return device with { Path = path };
        }
    }

    private void AddDevice(DeviceSpec device, Register dev)
    {
        int slash = device.Path.LastIndexOf('/');
        string name = device.Path[(slash + 1)..];
        plan.Step(PlanPhase.Devices, mounted ? "mount the device" : "make the device", device.Path, "linux.devices", step =>
        {
            if (mounted)
            {
                Register place = plan.NewRegister();
                RootPath.Ensure(step, plan, root, device.Path, directory: false, place, RESOLVE_NO_SYMLINKS);
                FsSteps.Attach(step, _trees[device.Path], place);
                return;
            }
            Register parent = dev;
            if (device.Path[..slash] != "/dev")
                RootPath.Ensure(step, plan, root, slash == 0 ? "/" : device.Path[..slash], directory: true, parent = plan.NewRegister(), RESOLVE_NO_SYMLINKS);
            step.Call(Syscall.mknodat, parent, name, TypeOf(device) | ((device.FileMode ?? ReadWriteForAll) & 0x1ff), NumberOf(device));
            if (device.Uid is > 0 || device.Gid is > 0)
                step.Call(Syscall.fchownat, parent, name, device.Uid ?? 0, device.Gid ?? 0, AT_SYMLINK_NOFOLLOW);
        }, $"{device.Type} {device.Major}:{device.Minor}", RootPath.LinkReasons);
    }

    // The terminal comes by the descriptor that we opened ourselves, not by a name in the container (CVE-2025-52565).
    private void AddConsole(PtyInputs pty, Register dev) =>
        plan.Step(PlanPhase.Devices, "mount the terminal on", "/dev/console", "process.terminal", step =>
        {
            Register slave = plan.Input(pty.Slave.Number), tree = plan.NewRegister(), place = plan.NewRegister();
            step.Call(Syscall.mknodat, dev, "console", S_IFREG | 0x190, 0);
            step.Call(Syscall.openat, dev, "console", O_PATH | O_NOFOLLOW | O_CLOEXEC, 0).Into(place);
            FsSteps.Clone(step, slave, recursive: false, tree);
            FsSteps.Attach(step, tree, place);
        });

    private static DeviceSpec Default(string name, long minor) => new() { Path = "/dev/" + name, Type = "c", Major = 1, Minor = minor };

    private static long NumberOf(DeviceSpec device) => Number((uint)(device.Major ?? 0), (uint)(device.Minor ?? 0));

    private static long TypeOf(DeviceSpec device) => device.Type switch
    {
        "c" or "u" => S_IFCHR,
        "b" => S_IFBLK,
        "p" => S_IFIFO,
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"device '{Printable.Escape(device.Path)}' has the unknown type '{Printable.Escape(device.Type)}'"),
    };
}

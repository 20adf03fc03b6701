using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>Fills our own /dev: device nodes, links, and the console (config-linux.md#default-devices).</summary>
internal static class DeviceSteps
{
    private static readonly (string Name, uint Major, uint Minor)[] s_nodes =
        [("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0)];

    private static readonly (string Name, string Target)[] s_links =
        [("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("core", "/proc/kcore")];

    public static void Add(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs, Register root, Register dev)
    {
        plan.Step(PlanPhase.Devices, "make the default devices in", "/dev", "default", step =>
        {
            foreach ((string name, uint major, uint minor) in s_nodes)
                step.Call(Syscall.mknodat, dev, name, S_IFCHR | 0x1b6, Number(major, minor));
            foreach ((string name, string target) in s_links)
                step.Call(Syscall.symlinkat, target, dev, name);
            // Not where somebody mounts a /dev/ptmx of his own.
            step.Call(Syscall.symlinkat, "pts/ptmx", dev, "ptmx").Tolerate(Errno.EEXIST);
        });
        foreach (DeviceSpec device in spec.Linux?.Devices ?? [])
            AddDevice(plan, device, root);
        if (inputs.Pty is { } pty)
            AddConsole(plan, pty, dev);
    }

    private static void AddDevice(PlanBuilder plan, DeviceSpec device, Register root)
    {
        string path = RootPath.Clean(device.Path, "device");
        // The six are there already, and an image or a caller may not make them anything else.
        if (s_nodes.Any(node => path == "/dev/" + node.Name) || path is "/dev/console" or "/dev/ptmx")
            return;
        int slash = path.LastIndexOf('/');
        long type = device.Type switch
        {
            "c" or "u" => S_IFCHR,
            "b" => S_IFBLK,
            "p" => S_IFIFO,
            _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"device '{Printable.Escape(path)}' has the unknown type '{Printable.Escape(device.Type)}'"),
        };
        long mode = (device.FileMode ?? 0x1b6) & 0x1ff;
        plan.Step(PlanPhase.Devices, "make the device", path, "linux.devices", step =>
        {
            Register parent = plan.NewRegister();
            RootPath.Ensure(step, plan, root, slash == 0 ? "/" : path[..slash], directory: true, parent, RESOLVE_NO_SYMLINKS);
            string name = path[(slash + 1)..];
            step.Call(Syscall.mknodat, parent, name, type | mode, Number((uint)(device.Major ?? 0), (uint)(device.Minor ?? 0)));
            if (device.Uid is > 0 || device.Gid is > 0)
                step.Call(Syscall.fchownat, parent, name, device.Uid ?? 0, device.Gid ?? 0, AT_SYMLINK_NOFOLLOW);
        }, $"{device.Type} {device.Major}:{device.Minor}", RootPath.LinkReasons);
    }

    // The terminal comes by the descriptor that we opened ourselves, not by a name in the container (CVE-2025-52565).
    private static void AddConsole(PlanBuilder plan, PtyInputs pty, Register dev) =>
        plan.Step(PlanPhase.Devices, "mount the terminal on", "/dev/console", "process.terminal", step =>
        {
            Register slave = plan.Input(pty.Slave.Number), tree = plan.NewRegister(), place = plan.NewRegister();
            step.Call(Syscall.mknodat, dev, "console", S_IFREG | 0x190, 0);
            step.Call(Syscall.openat, dev, "console", O_PATH | O_NOFOLLOW | O_CLOEXEC, 0).Into(place);
            FsSteps.Clone(step, slave, recursive: false, tree);
            FsSteps.Attach(step, tree, place);
        });

    /// <summary>The kernel's number of a device (makedev(3)).</summary>
    public static long Number(uint major, uint minor) =>
        (minor & 0xff) | (major & 0xfffL) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
}

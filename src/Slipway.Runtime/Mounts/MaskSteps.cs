using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>Hides what shows or steers the host, and makes read-only what may be seen (config-linux.md#masked-paths).</summary>
internal static class MaskSteps
{
    public static void Add(PlanBuilder plan, LinuxSpec linux, Register root)
    {
        if (linux.MaskedPaths is { Count: > 0 } masked)
            AddMasks(plan, masked, root);
        foreach (string path in linux.ReadonlyPaths ?? [])
            AddReadonly(plan, RootPath.Clean(path, "read-only path"), root);
    }

    private static void AddMasks(PlanBuilder plan, IReadOnlyList<string> paths, Register root)
    {
        Register nothing = plan.NewRegister();
        plan.Step(PlanPhase.Masks, "verify", "/dev/null", "linux.maskedPaths", step =>
        {
            // What is about to lie on the kernel's files must be the null device itself, whatever made it (CVE-2025-31133).
            step.Call(Syscall.openat2, root, "/dev/null", RootPath.How(O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS), 24).Into(nothing);
            DeviceSteps.CheckNode(step, nothing, S_IFCHR, DeviceSteps.Number(1, 3));
        }, "", new Dictionary<Errno, string> { [Errno.EXDEV] = "it is not the null device (1:3)", [Errno.ELOOP] = "it is a symbolic link" });
        // One for all directories: to make a file system costs several times what another mount of it does.
        Register empty = plan.NewRegister();
        plan.Step(PlanPhase.Masks, "make an empty directory", null, "linux.maskedPaths", step =>
            FsSteps.Create(step, plan, "tmpfs", "tmpfs", [("size", "0"), ("nr_inodes", "1")], MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, empty));
        foreach (string path in paths.Select(static path => RootPath.Clean(path, "masked path")).Distinct())
            AddMask(plan, path, root, nothing, empty);
    }

    // The plan can't know whether a path will be a file or a directory: the null device fits the one, and move_mount(2) answers EINVAL to the other.
    private static void AddMask(PlanBuilder plan, string path, Register root, Register nothing, Register empty) =>
        plan.Step(PlanPhase.Masks, "mask", path, "linux.maskedPaths", step =>
        {
            Register place = plan.NewRegister(), tree = plan.NewRegister();
            var first = new Label();
            RootPath.Open(step, root, path, place, Links(path), step.End);
            FsSteps.Clone(step, nothing, recursive: false, tree);
            FsSteps.Attach(step, tree, place).Tolerate(Errno.EINVAL, Errno.ENOTDIR).ThenTo(step.End);
            // Before Linux 6.15 what is attached nowhere can't be copied: then it goes to the first directory itself.
            FsSteps.Clone(step, empty, recursive: false, tree).Tolerate(Errno.EINVAL).ElseTo(first);
            FsSteps.Attach(step, tree, place).ThenTo(step.End);
            step.Mark(first);
            FsSteps.Attach(step, empty, place);
        });

    private static void AddReadonly(PlanBuilder plan, string path, Register root) =>
        plan.Step(PlanPhase.Masks, "make read-only", path, "linux.readonlyPaths", step =>
        {
            Register place = plan.NewRegister(), tree = plan.NewRegister();
            RootPath.Open(step, root, path, place, Links(path), step.End);
            FsSteps.Clone(step, place, recursive: true, tree);
            FsSteps.SetAttributes(step, tree, MOUNT_ATTR_RDONLY, 0, 0, recursive: true);
            FsSteps.Attach(step, tree, place);
        });

    // In the kernel's file systems a link could only be one that somebody put there.
    private static long Links(string path) =>
        RootPath.IsWithin(path, "/proc") || RootPath.IsWithin(path, "/sys") ? RESOLVE_NO_SYMLINKS : RESOLVE_NO_MAGICLINKS;
}

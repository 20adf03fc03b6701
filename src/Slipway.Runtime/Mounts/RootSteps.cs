using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Process;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>Makes the container's root the root: stacks it up and attaches it; later enters it, and lets go of the host's tree.</summary>
internal static class RootSteps
{
    private static readonly Dictionary<Errno, string> s_denied = new()
    {
        [Errno.EPERM] = "this host allows no mounts here (root or CAP_SYS_ADMIN is needed)",
    };

    /// <summary>The options that keep an overlay's layers plain: nothing in them that only overlay could read.</summary>
    private static readonly (string, string?)[] s_plain = [("index", "off"), ("redirect_dir", "off"), ("metacopy", "off")];

    /// <summary>Makes the tree, attached nowhere.</summary>
    public static void AddTree(PlanBuilder plan, RuntimeSpec spec, StartOptions options, PlanInputs inputs, Register root)
    {
        if (options.Overlay is { LowersTopFirst.Count: 0 })
            throw new SlipwayException(ErrorKind.InvalidArgument, "an overlay needs at least one layer");
        if (options.RootIsGiven)
            AddGiven(plan, PathOf(spec, options), root);
        else if (options.Overlay is null)
            AddDirectory(plan, PathOf(spec, options), PropagationOf(spec), root);
        else if (inputs.LowerByLower)
            AddOverlay(plan, options.Overlay, root);
    }

    /// <summary>
    /// Attaches it in the container's mount namespace, which from now on shares no mount with the host's; what the host mounts still comes in,
    /// for bind mounts that ask for that.
    /// </summary>
    public static void AddAttach(PlanBuilder plan, RuntimeSpec spec, StartOptions options, PlanInputs inputs, Register root)
    {
        plan.Step(PlanPhase.Root, "cut mount propagation of", "/", "linux.namespaces", static step =>
            step.Call(Syscall.mount, 0, "/", 0, MS_REC | MS_SLAVE, 0), "rslave", s_denied);
        if (options.Overlay is { } overlay && !inputs.LowerByLower)
            AddOldOverlay(plan, overlay, options.Bundle, root);
        string place = options.Overlay is null && !options.RootIsGiven ? PathOf(spec, options) : options.Bundle;
        plan.Step(PlanPhase.Root, "attach the root on", place, "root", step =>
        {
            Register opened = plan.NewRegister();
            var attach = new Label();
            // Where hooks look for it; root of a user namespace may have no way there, and then any place will do.
            step.Call(Syscall.openat, AT_FDCWD, place, O_PATH | O_DIRECTORY | O_CLOEXEC, 0).Into(opened).Tolerate(Errno.EACCES).ThenTo(attach);
            step.Call(Syscall.openat, AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC, 0).Into(opened);
            step.Mark(attach);
            FsSteps.Attach(step, root, opened);
        });
    }

    /// <summary>pivot_root(".", "."), see NOTES of pivot_root(2): the old root comes to lie on the new one, and is unmounted from there.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="root">The new root.</param>
    /// <param name="kernelMounts">
    /// Where the old root is a ramdisk, which pivot_root refuses, the new one is moved over it instead; then these must go: a procfs of the host's
    /// that is still there without masks would let the container mount another without them. Null: pivot_root.
    /// </param>
    public static void AddPivot(PlanBuilder plan, Register root, IReadOnlyList<string>? kernelMounts)
    {
        if (kernelMounts is not null)
        {
            plan.Step(PlanPhase.Pivot, "unmount the host's procfs and sysfs", null, "no-pivot", step =>
            {
                foreach (string point in kernelMounts)
                    step.Call(Syscall.umount2, point, MNT_DETACH).Tolerate(Errno.EINVAL, Errno.ENOENT, Errno.EACCES);
            }, string.Join(' ', kernelMounts));
            plan.Step(PlanPhase.Pivot, "move the root to", "/", "no-pivot", step => step
                .Call(Syscall.fchdir, root)
                .Call(Syscall.mount, ".", "/", 0, MS_MOVE, 0)
                .Call(Syscall.chroot, ".")
                .Call(Syscall.chdir, "/"));
            return;
        }
        plan.Step(PlanPhase.Pivot, "pivot_root", null, "root", step => step
            .Call(Syscall.fchdir, root)
            .Call(Syscall.pivot_root, ".", ".")
            .Call(Syscall.umount2, ".", MNT_DETACH)
            .Call(Syscall.chdir, "/"));
    }

    /// <summary>What later mounts in the container do to each other: last, or the start's own would take part.</summary>
    public static void AddPropagation(PlanBuilder plan, RuntimeSpec spec, Register root)
    {
        (long type, bool recursive) = PropagationOf(spec);
        if (type is not (0 or MS_PRIVATE or MS_SLAVE))
        {
            plan.Step(PlanPhase.Seal, "set the propagation of", "/", "linux.rootfsPropagation", step =>
                FsSteps.SetAttributes(step, root, 0, 0, type, recursive), spec.Linux!.RootfsPropagation!);
        }
    }

    /// <summary>Enters a tree that is attached nowhere.</summary>
    public static void AddChroot(PlanBuilder plan, Register root) =>
        plan.Step(PlanPhase.Pivot, "change the root to the unattached tree", null, "root", step => step
            .Call(Syscall.fchdir, root)
            .Call(Syscall.chroot, ".")
            .Call(Syscall.chdir, "/"));

    private static string PathOf(RuntimeSpec spec, StartOptions options) =>
        Path.Combine(options.Bundle, spec.Root?.Path ?? throw new SlipwayException(ErrorKind.InvalidArgument, "config.json has no root"));

    private static void AddOverlay(PlanBuilder plan, OverlayRoot overlay, Register root)
    {
        var data = new List<(string, string?)>();
        foreach (string lower in overlay.LowersTopFirst)
            data.Add(("lowerdir+", lower));
        data.Add(("upperdir", overlay.Upper));
        data.Add(("workdir", overlay.Work));
        data.AddRange(s_plain);
        if (overlay.Volatile)
            data.Add(("volatile", null));
        plan.Step(plan.Trees, "mount overlay of", overlay.Upper, "image", step =>
            FsSteps.Create(step, plan, "overlay", "overlay", data, 0, root), $"{overlay.LowersTopFirst.Count} layers", s_denied);
    }

    // Before Linux 6.8 all lower directories go into one string of at most a page: short names by open descriptors, which also spares
    // the escaping of ':' and '\'. The mount is made on the bundle and its copy taken from there, since mount(2) gives no descriptor.
    private static void AddOldOverlay(PlanBuilder plan, OverlayRoot overlay, string bundle, Register root)
    {
        const int FirstNumber = 200;
        plan.Step(PlanPhase.Root, "mount overlay of", overlay.Upper, "image", step =>
        {
            var names = new List<string>();
            var directories = new List<string>(overlay.LowersTopFirst) { overlay.Upper, overlay.Work };
            for (int i = 0; i < directories.Count; i++)
            {
                Register opened = plan.NewRegister();
                step.Call(Syscall.openat, AT_FDCWD, directories[i], O_PATH | O_DIRECTORY | O_CLOEXEC, 0).Into(opened);
                step.Call(Syscall.dup3, opened, FirstNumber + i, O_CLOEXEC);
                names.Add($"/proc/self/fd/{FirstNumber + i}");
            }
            string data = $"lowerdir={string.Join(':', names.SkipLast(2))},upperdir={names[^2]},workdir={names[^1]},index=off,redirect_dir=off,metacopy=off{(overlay.Volatile ? ",volatile" : "")}";
            step.Call(Syscall.mount, "overlay", bundle, "overlay", 0, data);
            step.Call(Syscall.open_tree, AT_FDCWD, bundle, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC).Into(root);
        }, $"{overlay.LowersTopFirst.Count} layers, one string", s_denied);
    }

    // Not a copy, which kernels before 6.15 don't make of what is attached nowhere.
    private static void AddGiven(PlanBuilder plan, string path, Register root) =>
        plan.Step(plan.Trees, "take the root", path, "root.path", step => step.Call(Syscall.open_tree, AT_FDCWD, path, OPEN_TREE_CLOEXEC).Into(root));

    private static void AddDirectory(PlanBuilder plan, string path, (long Type, bool Recursive) propagation, Register root) =>
        plan.Step(plan.Trees, "bind the root", path, "root.path", step =>
        {
            step.Call(Syscall.open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE).Into(root);
            // What the host mounts later comes in only where that was asked for; what is mounted here never goes out.
            FsSteps.SetAttributes(step, root, 0, 0, propagation.Type == MS_SLAVE ? MS_SLAVE : MS_PRIVATE, recursive: true);
        }, "", s_denied);

    public static (long Type, bool Recursive) PropagationOf(RuntimeSpec spec)
    {
        if (spec.Linux?.RootfsPropagation is not { Length: > 0 } name)
            return (0, false);
        return MountOptions.TryParsePropagation(name, out (long Type, bool Recursive) kind)
            ? kind
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"linux.rootfsPropagation: '{Printable.Escape(name)}' is none of shared, slave, private, unbindable");
    }
}

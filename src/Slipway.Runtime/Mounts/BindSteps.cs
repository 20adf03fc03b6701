using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>
/// Bind mounts: an unattached copy of the host's tree, set up, and attached at its place. And trees that the caller has made itself, with
/// whatever attributes they shall have: type <c>tree</c>, whose source is a descriptor of its root, <c>/proc/PID/fd/N</c>.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="inputs">What was prepared.</param>
/// <param name="root">The root.</param>
/// <param name="ofUser">The child is root of a user namespace, to which directories of the host may be closed.</param>
/// <param name="shared">The root file system is shared: bind mounts may be, with the host.</param>
internal sealed class BindSteps(PlanBuilder plan, PlanInputs inputs, Register root, bool ofUser, bool shared)
{
    private static readonly Dictionary<Errno, string> s_bindReasons = new()
    {
        [Errno.ENOTDIR] = "a directory can only be mounted on a directory, and a file on a file",
        [Errno.EINVAL] = "a directory can only be mounted on a directory, and a file on a file",
        [Errno.ELOOP] = "the destination lies inside /proc",
    };

    private static readonly Dictionary<Errno, string> s_mapReasons = new()
    {
        [Errno.EINVAL] = "its file system, or one mounted beneath it, can't map ids on this kernel",
        [Errno.EPERM] = "it is mapped already, or this process may not",
    };

    // Trees that the parent copies, or takes.
    private readonly HashSet<Register> _opened = [];

    /// <summary>Whether a mount is a tree that its caller made.</summary>
    public static bool IsTree(MountSpec mount) => mount.Type == "tree";

    /// <summary>Takes a tree that the caller made: not a copy, which kernels before 6.15 don't make of what is attached nowhere.</summary>
    /// <returns>Whether it is a directory.</returns>
    public bool TakeTree(string source, Register tree, int index)
    {
        FileKind kind = inputs.Inspect(source)
            ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"mounts[{index}]: there is no tree at {Printable.Escape(source)}");
        _opened.Add(tree);
        plan.Step(plan.Trees, "take the tree", source, $"mounts[{index}]", step => step.Call(Syscall.open_tree, AT_FDCWD, source, OPEN_TREE_CLOEXEC).Into(tree));
        return kind.IsDirectory;
    }

    /// <summary>
    /// What only the parent may open or pass on is copied before there is a child. The rest is copied when its turn to be mounted has come:
    /// mountinfo lists mounts in the order in which they were made, and readers expect the configuration's.
    /// </summary>
    /// <returns>Whether the source is a directory.</returns>
    public bool AddSource(MountSpec mount, string source, MountOptions options, Register tree, int index)
    {
        string cause = $"mounts[{index}]";
        FileKind kind = inputs.Inspect(source)
            ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"bind source path does not exist: {Printable.Escape(source)}");
        bool isMapped = options.MapsIds || mount.UidMappings is { Count: > 0 };
        if (IsParents(options) || isMapped)
        {
            _opened.Add(tree);
            plan.Step(plan.Trees, "open the bind source", source, cause, step =>
                OpenSource(step, source, options, tree), string.Join(',', mount.Options ?? []));
        }
        if (isMapped)
        {
            plan.Step(plan.Trees, "map the ids of", source, cause, step =>
                FsSteps.MapIds(step, tree, inputs.IdMaps?.Find(index)?.Number ?? -1, options.MapsIdsRecursively), "", s_mapReasons);
        }
        return kind.IsDirectory;
    }

    // A mount that shall pass on what is mounted there to the host must come from the host's namespace; it takes both settings.
    private bool IsParents(MountOptions options) => ofUser || (shared && options.Propagation == MS_SHARED);

    private static void OpenSource(StepBuilder step, string source, MountOptions options, Register tree)
    {
        step.Call(Syscall.open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (options.Recursive ? AT_RECURSIVE : 0)).Into(tree);
        long propagation = options.Propagation == 0 ? MS_PRIVATE : options.Propagation;
        FsSteps.SetAttributes(step, tree, 0, 0, propagation, options.Propagation == 0 || options.PropagationRecursive);
        if (options.Set != 0 || options.Clear != 0)
            FsSteps.SetAttributes(step, tree, options.Set, options.Clear, 0, recursive: false);
        if (options.RecursiveSet != 0 || options.RecursiveClear != 0)
            FsSteps.SetAttributes(step, tree, options.RecursiveSet, options.RecursiveClear, 0, recursive: true);
    }

    public void Attach(string source, string destination, Register tree, bool isDirectory, string cause, MountOptions options) =>
        plan.Step(PlanPhase.Mounts, "mount a bind source on", destination, cause, step =>
        {
            if (!_opened.Contains(tree))
                OpenSource(step, source, options, tree);
            Register place = plan.NewRegister();
            RootPath.Ensure(step, plan, root, destination, isDirectory, place, RESOLVE_NO_MAGICLINKS);
            // The path may have led there by a link of the image's.
            if (!RootPath.IsWithin(destination, "/proc"))
                FsSteps.CheckFileSystem(step, place, PROC_SUPER_MAGIC, wanted: false, Errno.ELOOP);
            else if (destination == "/proc")
                FsSteps.CheckFileSystem(step, tree, PROC_SUPER_MAGIC, wanted: true, Errno.ELOOP);
            FsSteps.Attach(step, tree, place);
        }, $"{source} {(options.Recursive ? "rbind" : "bind")}", s_bindReasons);
}

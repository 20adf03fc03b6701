using Slipway.Linux.Processes;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>
/// Shows the container its cgroups. v2: the tree itself. v1: a tmpfs with one directory for each hierarchy that the container is in; the others
/// would show the host's. Without a cgroup namespace a mount would begin at the host's root: there the container's own directories are bound.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="inputs">What was prepared.</param>
/// <param name="root">The root.</param>
/// <param name="bound">There is no cgroup namespace.</param>
internal sealed class CgroupMountSteps(PlanBuilder plan, PlanInputs inputs, Register root, bool bound)
{
    private const long NoHarm = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, DirectoryMode = 0x1ed; // 0755

    private readonly Dictionary<CgroupView, Register> _trees = [];

    /// <summary>Copies what shall be bound: on the host, by the parent.</summary>
    public void AddSources(MountOptions options, string cause)
    {
        if (!bound)
            return;
        foreach (CgroupView view in inputs.CgroupViews)
        {
            plan.Step(plan.Trees, "open the cgroup", view.Directory, cause, step =>
            {
                Register tree = _trees[view] = plan.NewRegister();
                step.Call(Syscall.open_tree, AT_FDCWD, view.Directory, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC).Into(tree);
                FsSteps.SetAttributes(step, tree, options.Set, 0, MS_PRIVATE, recursive: false);
            });
        }
    }

    public void Add(string destination, MountOptions options, Register tree, string cause)
    {
        if (inputs.CgroupViews.Count == 0)
            return;
        bool unified = inputs.CgroupViews is [{ Name: "" }];
        plan.Step(PlanPhase.Mounts, $"mount {(unified ? "cgroup2" : "cgroup")} on", destination, cause, step =>
        {
            Register place = plan.NewRegister();
            RootPath.Ensure(step, plan, root, destination, directory: true, place, RESOLVE_NO_SYMLINKS);
            if (unified)
            {
                AttachView(step, inputs.CgroupViews[0], "cgroup2", [], options.Set, place);
                return;
            }
            FsSteps.Create(step, plan, "tmpfs", "tmpfs", [("mode", "755"), ("size", "64k")], NoHarm, tree);
            FsSteps.Attach(step, tree, place);
            foreach (CgroupView view in inputs.CgroupViews)
                AttachHierarchy(step, view, tree, options.Set);
            if ((options.Set & MOUNT_ATTR_RDONLY) != 0)
                FsSteps.SetAttributes(step, tree, MOUNT_ATTR_RDONLY, 0, 0, recursive: false);
        }, string.Join(',', inputs.CgroupViews.Select(view => view.Name)), RootPath.LinkReasons);
    }

    private void AttachHierarchy(StepBuilder step, CgroupView view, Register directory, long attributes)
    {
        Register place = plan.NewRegister();
        step.Call(Syscall.mkdirat, directory, view.Name, DirectoryMode);
        step.Call(Syscall.openat, directory, view.Name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0).Into(place);
        var data = new List<(string, string?)>();
        foreach (string option in view.Options)
            data.Add(option.StartsWith("name=", StringComparison.Ordinal) ? ("name", option[5..]) : (option, null));
        AttachView(step, view, "cgroup", data, attributes, place);
    }

    private void AttachView(StepBuilder step, CgroupView view, string type, List<(string, string?)> data, long attributes, Register place)
    {
        if (!_trees.TryGetValue(view, out Register tree))
            FsSteps.Create(step, plan, type, type, data, attributes, tree = plan.NewRegister());
        FsSteps.Attach(step, tree, place);
    }
}

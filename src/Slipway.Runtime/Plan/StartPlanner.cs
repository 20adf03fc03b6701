using Slipway.Linux.Namespaces;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Mounts;
using Slipway.Runtime.Process;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>From a runtime spec to the plan of a container's start: reads straight down in the order of <see cref="PlanPhase"/>.</summary>
internal static class StartPlanner
{
    // As podman --group-add keep-groups says it to runtimes: crun(1), extensions to OCI.
    private const string KeepGroups = "run.oci.keep_original_groups";

    public static StartPlan Plan(RuntimeSpec spec, StartOptions options, PlanInputs inputs)
    {
        ProcessSpec process = spec.Process ?? throw new SlipwayException(ErrorKind.InvalidArgument, "config.json has no process");
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        NamespacePlan namespaces = NamespacePlan.From(linux);
        var plan = new PlanBuilder();
        Register root = plan.NewRegister();

        var mounts = new MountSteps(plan, inputs, root, namespaces.HasUser, shared: RootSteps.PropagationOf(spec).Type == MS_SHARED,
            new CgroupMountSteps(plan, inputs, root, bound: !namespaces.NewCgroup && namespaces.PathOf(CloneFlags.CLONE_NEWCGROUP) is null));
        var devices = new DeviceSteps(plan, spec, root, mounted: namespaces.HasUser);
        void AddTrees()
        {
            mounts.AddSources(spec, options.Bundle);
            devices.AddSources();
            RootSteps.AddTree(plan, spec, options, inputs, root);
        }

        // In a mount namespace that is joined only trees of that namespace can be mounted on each other.
        if (namespaces.PathOf(CloneFlags.CLONE_NEWNS) is null)
            AddTrees();
        IdentitySteps.AddSession(plan);
        if (options.NewKeyring)
            IdentitySteps.AddKeyring(plan, options.ContainerId);
        NamespaceSteps.Add(plan, namespaces);
        HostSteps.AddCgroup(plan, inputs, namespaces.NewCgroup, namespaces.PathOf(CloneFlags.CLONE_NEWCGROUP));
        AffinitySteps.AddFinal(plan, affinity: null);
        // Root of a user namespace may not: there the parent does it, with the maps.
        if (!namespaces.HasUser)
            HostSteps.AddOomScore(plan, process);
        LabelSteps.Add(plan, process);

        if (namespaces.PathOf(CloneFlags.CLONE_NEWNS) is not null)
        {
            plan.Trees = PlanPhase.Root;
            AddTrees();
        }
        if (namespaces.OwnsMounts)
            RootSteps.AddAttach(plan, spec, options, inputs, root);
        mounts.AddMounts();
        if (mounts.Dev is { } dev)
            devices.Add(dev, inputs.Pty);
        if (options.Mounted is not null)
            plan.Step(PlanPhase.Hooks, "wait for the hooks", null, "hooks", static step => step.Checkpoint(Checkpoint.Mounted, wait: true));
        if (namespaces.OwnsMounts)
            RootSteps.AddPivot(plan, root, options.NoPivot ? inputs.KernelMounts : null);
        else
            RootSteps.AddChroot(plan, root);
        if (linux.Sysctl is { Count: > 0 } sysctls)
            SysctlSteps.Add(plan, sysctls, namespaces, mounts.Proc);
        MaskSteps.Add(plan, linux, root);
        NameSteps.Add(plan, spec, namespaces);

        DirectorySteps.Add(plan, process.Cwd, root);
        mounts.AddSeals();
        if (spec.Root?.Readonly == true)
        {
            plan.Step(PlanPhase.Seal, "make read-only", "/", "root.readonly", step =>
                FsSteps.SetAttributes(step, root, MOUNT_ATTR_RDONLY, 0, 0, recursive: false));
        }
        RootSteps.AddPropagation(plan, spec, root);
        bool keepsGroups = spec.Annotations?.GetValueOrDefault(KeepGroups) is { } kept && kept is not "0";
        ProcessSteps.Add(plan, process, linux, inputs with { KeepsGroups = keepsGroups });
        return plan.Build(NamespaceSteps.ClonedFlags(namespaces) | CloneFlags.CLONE_CLEAR_SIGHAND);
    }
}

using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Plan;

/// <summary>The plan of a further process in a running container: join, then the same last part as a start.</summary>
internal static class ExecPlanner
{
    private const CloneFlags Joined = CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWNET
        | CloneFlags.CLONE_NEWCGROUP;

    /// <param name="process">What to start.</param>
    /// <param name="linux">The container's settings that hold for all its processes; null for none.</param>
    /// <param name="target">The container's process as a pidfd.</param>
    /// <param name="further">User and time namespaces, where they are not ours.</param>
    /// <param name="root">The container's root where that is not its mount namespace's.</param>
    /// <param name="inputs">What was prepared.</param>
    /// <param name="pidLast">
    /// The pid namespace is joined with the others, and a child goes on, since whoever may trace there could reach the host through the root of
    /// a process that is seen before it has the container's. Otherwise the parent has joined it.
    /// </param>
    public static StartPlan Plan(ProcessSpec process, LinuxSpec? linux, SafeFd target, CloneFlags further, SafeFd? root, PlanInputs inputs, bool pidLast = false)
    {
        var plan = new PlanBuilder();
        IdentitySteps.AddSession(plan);
        AffinitySteps.AddInitial(plan, process.ExecCpuAffinity);
        HostSteps.AddCgroup(plan, inputs, newNamespace: false);
        AffinitySteps.AddFinal(plan, process.ExecCpuAffinity);
        HostSteps.AddOomScore(plan, process);
        LabelSteps.Add(plan, process);
        CloneFlags joined = Joined | further | (pidLast ? CloneFlags.CLONE_NEWPID : CloneFlags.None);
        plan.Step(PlanPhase.Join, "join the namespaces of the container", null, "exec", step =>
            step.Call(Syscall.setns, plan.Input(target.Number), (long)joined), joined.ToString(),
            new Dictionary<Errno, string> { [Errno.ESRCH] = "the container has ended" });
        if (root is not null)
        {
            plan.Step(PlanPhase.Join, "enter the root of the container", null, "linux.namespaces", step => step
                .Call(Syscall.fchdir, plan.Input(root.Number))
                .Call(Syscall.chroot, "."));
        }
        if (pidLast)
        {
            plan.Step(PlanPhase.Join, "go on in a child", null, "process.capabilities", static step => step.Fork(), "a pid namespace is for children only");
            IdentitySteps.AddSession(plan, PlanPhase.Join);
        }
        DirectorySteps.Add(plan, process.Cwd, root: null);
        ProcessSteps.Add(plan, process, linux, inputs);
        return plan.Build(CloneFlags.CLONE_CLEAR_SIGHAND);
    }
}

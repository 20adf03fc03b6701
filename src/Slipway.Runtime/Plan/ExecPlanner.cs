using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Plan;

/// <summary>The plan of a further process in a running container: join, then the same last part as a start.</summary>
internal static class ExecPlanner
{
    // Without the pid namespace, which the parent has joined for its children, and without user and time, which containers share with the host.
    private const CloneFlags Joined = CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWNET
        | CloneFlags.CLONE_NEWCGROUP;

    public static StartPlan Plan(ProcessSpec process, SafeFd target, PlanInputs inputs)
    {
        var plan = new PlanBuilder();
        IdentitySteps.AddSession(plan);
        HostSteps.AddCgroup(plan, inputs, newNamespace: false);
        HostSteps.AddOomScore(plan, process);
        plan.Step(PlanPhase.Join, "join the namespaces of the container", null, "exec", step =>
            step.Call(Syscall.setns, plan.Input(target.Number), (long)Joined), "mount, uts, ipc, network, cgroup",
            new Dictionary<Errno, string> { [Errno.ESRCH] = "the container has ended" });
        DirectorySteps.Add(plan, process.Cwd, root: null);
        ProcessSteps.Add(plan, process, inputs);
        return plan.Build(CloneFlags.CLONE_CLEAR_SIGHAND);
    }
}

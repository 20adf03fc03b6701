using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Plan;

/// <summary>Which processors the process may run on (sched_setaffinity(2)), around the moment at which it joins its cgroup.</summary>
internal static class AffinitySteps
{
    // More than any kernel is built for (NR_CPUS).
    private const int MostCpus = 8192;

    /// <summary>Before it joins: while that is still the runtime's own time.</summary>
    public static void AddInitial(PlanBuilder plan, CpuAffinitySpec? affinity)
    {
        if (affinity?.Initial is { Length: > 0 } initial)
            Add(plan, PlanPhase.Session, initial, "process.execCPUAffinity.initial");
    }

    /// <summary>
    /// After it has joined: as asked for, and otherwise all that the cgroup allows. What the caller is bound to is nothing to the container.
    /// </summary>
    public static void AddFinal(PlanBuilder plan, CpuAffinitySpec? affinity)
    {
        if (affinity?.Final is { Length: > 0 } final)
        {
            Add(plan, PlanPhase.Cgroup, final, "process.execCPUAffinity.final");
            return;
        }
        var all = new byte[MostCpus / 8];
        all.AsSpan().Fill(0xff);
        plan.Step(PlanPhase.Cgroup, "use all processors of the cgroup", null, "default", step =>
            step.Call(Syscall.sched_setaffinity, 0, all.Length, all).Tolerate(Errno.EPERM, Errno.EINVAL));
    }

    private static void Add(PlanBuilder plan, PlanPhase phase, string cpus, string cause)
    {
        byte[] bits = NumberSet.Parse(cpus, MostCpus, cause);
        plan.Step(phase, "use processors", cpus, cause, step => step.Call(Syscall.sched_setaffinity, 0, bits.Length, bits), "",
            new Dictionary<Errno, string> { [Errno.EINVAL] = "none of them is there, or in the cgroup" });
    }
}

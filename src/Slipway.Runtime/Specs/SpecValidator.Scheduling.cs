using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Specs;

/// <content>Scheduling, and how the kernel runs the process.</content>
public sealed partial class SpecValidator
{
    private const int LeastNice = -20, MostNice = 19, MostRealtime = 99, LeastUrgent = 7;

    private static readonly string[] s_policies = ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];
    private static readonly string[] s_schedulerFlags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    private static readonly string[] s_priorityClasses = ["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"];
    private static readonly string[] s_domains = ["LINUX", "LINUX32"];
    private static readonly string[] s_memoryModes =
        ["MPOL_DEFAULT", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_WEIGHTED_INTERLEAVE", "MPOL_PREFERRED", "MPOL_PREFERRED_MANY", "MPOL_LOCAL"];

    private static readonly string[] s_memoryFlags = ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"];

    private void CheckScheduler(string member, SchedulerSpec? scheduler)
    {
        if (scheduler is null)
            return;
        RequireOneOf(member + ".policy", scheduler.Policy, s_policies);
        bool realtime = scheduler.Policy is "SCHED_FIFO" or "SCHED_RR";
        if (scheduler.Nice is < LeastNice or > MostNice)
            throw Wrong(member + ".nice", $"{scheduler.Nice} is not from {LeastNice} to {MostNice}");
        if (!realtime && scheduler.Priority is not (null or 0))
            throw Wrong(member + ".priority", $"{scheduler.Policy} has none, SCHED_FIFO and SCHED_RR have");
        if (realtime && scheduler.Priority is not (>= 1 and <= MostRealtime))
            throw Wrong(member + ".priority", $"{scheduler.Policy} needs one from 1 to {MostRealtime}");
        RequireAllOf(member + ".flags", scheduler.Flags, s_schedulerFlags);
        if (scheduler.Policy != "SCHED_DEADLINE" && (scheduler.Runtime ?? scheduler.Deadline ?? scheduler.Period) is > 0)
            throw Wrong(member, $"runtime, deadline and period are for SCHED_DEADLINE, not for {scheduler.Policy}");
    }

    private void CheckIOPriority(string member, IoPrioritySpec? priority)
    {
        if (priority is null)
            return;
        RequireOneOf(member + ".class", priority.Class, s_priorityClasses);
        if (priority.Priority is < 0 or > LeastUrgent)
            throw Wrong(member + ".priority", $"{priority.Priority} is not from 0 to {LeastUrgent}");
    }

    private void CheckAffinity(string member, CpuAffinitySpec? affinity)
    {
        RequireCpus(member + ".initial", affinity?.Initial);
        RequireCpus(member + ".final", affinity?.Final);
    }

    // Flags are kept for later versions; what they would mean, nobody knows yet.
    private void CheckPersonality(PersonalitySpec? personality)
    {
        if (personality is null)
            return;
        RequireOneOf("linux.personality.domain", personality.Domain, s_domains);
        if (personality.Flags is { Count: > 0 })
            throw Wrong("linux.personality.flags", "the specification has none yet");
    }

    private void CheckMemoryPolicy(MemoryPolicySpec? policy)
    {
        if (policy is null)
            return;
        RequireOneOf("linux.memoryPolicy.mode", policy.Mode, s_memoryModes);
        RequireAllOf("linux.memoryPolicy.flags", policy.Flags, s_memoryFlags);
        RequireCpus("linux.memoryPolicy.nodes", policy.Nodes);
        bool takesNodes = policy.Mode is not ("MPOL_DEFAULT" or "MPOL_LOCAL");
        if (!takesNodes && !string.IsNullOrEmpty(policy.Nodes))
            throw Wrong("linux.memoryPolicy.nodes", $"{policy.Mode} takes none");
        if (takesNodes && policy.Mode != "MPOL_PREFERRED" && string.IsNullOrEmpty(policy.Nodes))
            throw Wrong("linux.memoryPolicy.nodes", $"{policy.Mode} needs some");
    }

    // The kernel's list format: 0-3,7.
    private void RequireCpus(string member, string? list)
    {
        if (string.IsNullOrEmpty(list))
            return;
        foreach (string range in list.Split(','))
        {
            string[] ends = range.Trim().Split('-');
            bool good = ends.Length <= 2 && uint.TryParse(ends[0], out uint first) && (ends.Length == 1 || (uint.TryParse(ends[1], out uint last) && last >= first));
            if (!good)
                throw Wrong(member, $"{Show(list)} is not a list like 0-3,7");
        }
    }

    private void RequireOneOf(string member, string value, string[] known)
    {
        if (!known.Contains(value))
            throw Wrong(member, $"{Show(value)} is none of {string.Join(", ", known)}");
    }

    private void RequireAllOf(string member, IReadOnlyList<string>? values, string[] known)
    {
        for (int i = 0; i < (values?.Count ?? 0); i++)
            RequireOneOf($"{member}[{i}]", values![i], known);
    }
}

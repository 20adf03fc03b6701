using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>How the kernel treats the process at the processors, at the disks and in memory; while there are rights to ask for more than others get.</summary>
internal static class SchedulingSteps
{
    // struct sched_attr with the clamps of Linux 5.3.
    private const int AttributesSize = 56;

    // Nodes that a kernel can be built for (NODES_SHIFT).
    private const int MostNodes = 1024;

    // Their numbers in sched.h; SCHED_ISO (4) was never made.
    private static readonly string[] s_policies = ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];

    // Bit by bit.
    private static readonly string[] s_flags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    // Their numbers in mempolicy.h.
    private static readonly string[] s_modes =
        ["MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"];

    private static readonly (string Name, long Bit)[] s_modeFlags =
        [("MPOL_F_STATIC_NODES", 1 << 15), ("MPOL_F_RELATIVE_NODES", 1 << 14), ("MPOL_F_NUMA_BALANCING", 1 << 13)];

    /// <summary>What a memory policy may name, for <c>features</c>.</summary>
    public static IReadOnlyList<string> MemoryModes => s_modes;

    /// <inheritdoc cref="MemoryModes"/>
    public static IReadOnlyList<string> MemoryFlags => [.. s_modeFlags.Select(static flag => flag.Name)];

    public static void Add(PlanBuilder plan, ProcessSpec process, LinuxSpec? linux)
    {
        if (process.Scheduler is { } scheduler)
            AddScheduler(plan, scheduler);
        if (process.IOPriority is { } priority)
            AddIOPriority(plan, priority);
        if (linux?.Personality is { } personality)
            AddPersonality(plan, personality);
        if (linux?.MemoryPolicy is { } policy)
            AddMemoryPolicy(plan, policy);
    }

    private static void AddScheduler(PlanBuilder plan, SchedulerSpec scheduler)
    {
        ulong flags = 0;
        foreach (string flag in scheduler.Flags ?? [])
            flags |= 1UL << Number(s_flags, flag, "process.scheduler.flags");
        var attributes = new byte[AttributesSize];
        Span<byte> bytes = attributes;
        BinaryPrimitives.WriteInt32LittleEndian(bytes, AttributesSize);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Number(s_policies, scheduler.Policy, "process.scheduler.policy"));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], flags);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], scheduler.Nice ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], scheduler.Priority ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], scheduler.Runtime ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], scheduler.Deadline ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], scheduler.Period ?? 0);
        // sched_setattr(2), ERRORS: a deadline is promised on all processors or not at all.
        string denied = scheduler.Policy == "SCHED_DEADLINE"
            ? "process scheduler can't be used together with AllowedCPUs: SCHED_DEADLINE needs all processors, and CAP_SYS_NICE"
            : "CAP_SYS_NICE is needed, and for a real-time policy on cgroup v1 a cpu.rt_runtime_us";
        plan.Step(PlanPhase.Limits, "set the scheduler", scheduler.Policy, "process.scheduler", step => step.Call(Syscall.sched_setattr, 0, attributes, 0),
            $"nice {scheduler.Nice ?? 0}, priority {scheduler.Priority ?? 0}", new Dictionary<Errno, string>
            {
                [Errno.EPERM] = denied, [Errno.EBUSY] = "the processors have no time left to promise", [Errno.EINVAL] = "this kernel does not take these values",
            });
    }

    private static void AddIOPriority(PlanBuilder plan, IoPrioritySpec priority)
    {
        int kind = priority.Class switch
        {
            "IOPRIO_CLASS_RT" => IOPRIO_CLASS_RT,
            "IOPRIO_CLASS_BE" => IOPRIO_CLASS_BE,
            "IOPRIO_CLASS_IDLE" => IOPRIO_CLASS_IDLE,
            _ => throw Unknown("process.ioPriority.class", priority.Class),
        };
        plan.Step(PlanPhase.Limits, "set the I/O priority", priority.Class, "process.ioPriority", step =>
            step.Call(Syscall.ioprio_set, IOPRIO_WHO_PROCESS, 0, (kind << IOPRIO_CLASS_SHIFT) | (priority.Priority ?? 0)), $"{priority.Priority ?? 0}");
    }

    private static void AddPersonality(PlanBuilder plan, PersonalitySpec personality)
    {
        long domain = personality.Domain switch
        {
            "LINUX" => PER_LINUX,
            "LINUX32" => PER_LINUX32,
            _ => throw Unknown("linux.personality.domain", personality.Domain),
        };
        plan.Step(PlanPhase.Limits, "set the personality", personality.Domain, "linux.personality", step => step.Call(Syscall.personality, domain));
    }

    private static void AddMemoryPolicy(PlanBuilder plan, MemoryPolicySpec policy)
    {
        long mode = Number(s_modes, policy.Mode, "linux.memoryPolicy.mode");
        foreach (string flag in policy.Flags ?? [])
        {
            int known = Array.FindIndex(s_modeFlags, candidate => candidate.Name == flag);
            mode |= known >= 0 ? s_modeFlags[known].Bit : throw Unknown("linux.memoryPolicy.flags", flag);
        }
        Operand nodes = policy.Nodes is { Length: > 0 } list ? NumberSet.Parse(list, MostNodes, "linux.memoryPolicy.nodes") : 0;
        // The kernel counts one bit less than it is told (set_mempolicy(2), NOTES of get_mempolicy(2)).
        long count = nodes.Kind == OperandKind.Number ? 0 : MostNodes + 1;
        plan.Step(PlanPhase.Limits, "set the memory policy", policy.Mode, "linux.memoryPolicy", step =>
            step.Call(Syscall.set_mempolicy, mode, nodes, count), policy.Nodes ?? "", new Dictionary<Errno, string>
            {
                [Errno.EINVAL] = "the mode, its flags and the nodes don't go together, or none of the nodes is there",
            });
    }

    private static int Number(string[] names, string name, string cause) =>
        Array.IndexOf(names, name) is >= 0 and var number ? number : throw Unknown(cause, name);

    private static SlipwayException Unknown(string cause, string name) =>
        new(ErrorKind.InvalidArgument, $"{cause}: '{Printable.Escape(name)}' is unknown");
}

using System.Runtime.InteropServices;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Plan;

/// <summary>Resource limits (prlimit(2)). One above what the host allows is lowered to that, as a limit can't be more.</summary>
internal static class LimitSteps
{
    /// <summary>The limits in the order of their numbers.</summary>
    public static readonly string[] Names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_MEMLOCK",
        "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    public static void Add(PlanBuilder plan, RlimitSpec limit)
    {
        int resource = Array.IndexOf(Names, limit.Type);
        if (resource < 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown resource limit '{Printable.Escape(limit.Type)}'");
        if (limit.Soft > limit.Hard)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"{limit.Type}: the soft limit {limit.Soft} is above the hard limit {limit.Hard}");
        ulong allowed = ResourceLimit.Hard(resource);
        plan.Step(PlanPhase.Limits, "set the limit", limit.Type, "process.rlimits", step => step
            .Call(Syscall.prlimit64, 0, resource, Value(limit.Soft, limit.Hard), 0).Tolerate(Errno.EPERM).ThenTo(step.End)
            .Call(Syscall.prlimit64, 0, resource, Value(Math.Min(limit.Soft, allowed), Math.Min(limit.Hard, allowed)), 0),
            $"{limit.Soft}:{limit.Hard}");
    }

    private static byte[] Value(ulong soft, ulong hard) => MemoryMarshal.AsBytes<ulong>([soft, hard]).ToArray();
}

using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Process;

/// <summary>Encodes a plan, runs it in a child, and says what went wrong.</summary>
internal static class PlanRunner
{
    public static ChildStarted Run(StartPlan plan, SafeFd? bornIn, string command)
    {
        using ChildProgram program = PlanEncoder.Encode(plan);
        // Before the child exists: a container that it enters could otherwise reach through it (invariant I5).
        ChildProcess.ForbidTracing();
        try
        {
            (ChildStarted? started, ChildFailed? failed) = ChildProcess.Start(program, plan.Flags, bornIn);
            return started ?? throw PlanError.From(plan, failed!, command);
        }
        catch (LinuxException error) when (error.Call == "clone3")
        {
            throw new SlipwayException(error.Errno == Errno.EPERM ? ErrorKind.Denied : ErrorKind.Internal, $"make the namespaces {plan.Flags}: {error.Message}", error)
            {
                Hint = error.Errno == Errno.EPERM ? "this host allows no namespaces here: run as root, or with CAP_SYS_ADMIN" : null,
            };
        }
    }
}

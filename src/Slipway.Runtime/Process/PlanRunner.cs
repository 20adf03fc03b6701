using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Process;

/// <summary>Encodes a plan, runs it, the first part here and the rest in a child, and says what went wrong.</summary>
internal static class PlanRunner
{
    /// <param name="plan">What the child does.</param>
    /// <param name="command">The program, for errors of executing it.</param>
    /// <param name="bornIn">A v2 cgroup to be born in.</param>
    /// <param name="pidNamespace">A pid namespace to be born in.</param>
    /// <param name="reached">What to do at checkpoints, while the child waits.</param>
    public static ChildStarted Run(
        StartPlan plan, string command, SafeFd? bornIn = null, SafeFd? pidNamespace = null, Action<ChildWaiting>? reached = null)
    {
        using ChildProgram program = PlanEncoder.Encode(plan);
        try
        {
            if (program.RunHere(plan.ParentOps) is { } failed)
                throw PlanError.From(plan, failed, command);
            return RunChild(plan, program, command, bornIn, pidNamespace, reached);
        }
        finally
        {
            foreach (Register register in plan.ParentRegisters)
                program.CloseRegister(register.Index);
        }
    }

    private static ChildStarted RunChild(
        StartPlan plan, ChildProgram program, string command, SafeFd? bornIn, SafeFd? pidNamespace, Action<ChildWaiting>? reached)
    {
        // Before the child exists: a container that it enters could otherwise reach through it (invariant I5).
        ChildProcess.ForbidTracing();
        try
        {
            (ChildStarted? started, ChildFailed? failed) = ChildProcess.Start(
                program, plan.Flags, bornIn, pidNamespace, reached);
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

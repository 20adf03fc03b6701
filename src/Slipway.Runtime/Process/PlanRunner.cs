using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Process;

/// <summary>Encodes a plan, runs it, the first part here and the rest in a child, and says what went wrong.</summary>
/// <param name="plan">What the child does.</param>
/// <param name="command">The program, for errors of executing it.</param>
internal sealed class PlanRunner(StartPlan plan, string command)
{
    /// <summary>A v2 cgroup to be born in.</summary>
    public SafeFd? BornIn { get; init; }

    /// <summary>A pid namespace to be born in.</summary>
    public SafeFd? PidNamespace { get; init; }

    /// <summary>What to do at checkpoints, while the child waits.</summary>
    public Action<ChildWaiting>? Reached { get; init; }

    /// <summary>Who is told of it all; null: nobody.</summary>
    public StartRecorder? Recorder { get; init; }

    public ChildStarted Run()
    {
        using ChildProgram program = PlanEncoder.Encode(plan);
        program.Times = Recorder?.Times;
        try
        {
            if (program.RunHere(plan.ParentOps) is { } failed)
                throw Failed(failed);
            return RunChild(program);
        }
        finally
        {
            foreach (Register register in plan.ParentRegisters)
                program.CloseRegister(register.Index);
        }
    }

    private ChildStarted RunChild(ChildProgram program)
    {
        // Before the child exists: a container that it enters could otherwise reach through it (invariant I5).
        ChildProcess.ForbidTracing();
        Recorder?.Cloning();
        try
        {
            (ChildStarted? started, ChildFailed? failed) = ChildProcess.Start(program, plan.Flags, BornIn, PidNamespace, Recorder is null ? Reached : Watched);
            if (started is null)
                throw Failed(failed!);
            Recorder?.Done(started);
            return started;
        }
        catch (LinuxException error) when (error.Call == "clone3")
        {
            throw new SlipwayException(error.Errno == Errno.EPERM ? ErrorKind.Denied : ErrorKind.Internal, $"make the namespaces {plan.Flags}: {error.Message}", error)
            {
                Hint = error.Errno == Errno.EPERM ? "this host allows no namespaces here: run as root, or with CAP_SYS_ADMIN" : null,
            };
        }
    }

    private void Watched(ChildWaiting waiting)
    {
        Recorder!.Waits(waiting);
        Reached?.Invoke(waiting);
    }

    private SlipwayException Failed(ChildFailed failed)
    {
        Recorder?.Failed(failed);
        return PlanError.From(plan, failed, command);
    }
}

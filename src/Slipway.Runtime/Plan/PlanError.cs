using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Plan;

/// <summary>Turns the step and errno that a child reported into the sentence for people.</summary>
internal static class PlanError
{
    public static SlipwayException From(StartPlan plan, ChildFailed failed, string command)
    {
        (KernelStep step, KernelOp op) = PlanEncoder.StepOf(plan, failed.Op);
        if (op.Kind == ChildOpKind.Execute || (step.Phase == PlanPhase.Gate && step.Call == GateSteps.Find))
            return FromExecute(failed.Errno, command);
        string reason = step.Reasons is { } reasons && reasons.TryGetValue(failed.Errno, out string? words) ? words : LinuxException.Explain(failed.Errno);
        string call = op.Kind == ChildOpKind.Check ? "check" : op.Number.ToString();
        ErrorKind kind = failed.Errno is Errno.EPERM or Errno.EACCES ? ErrorKind.Denied : ErrorKind.Internal;
        return new SlipwayException(kind, $"{step}: {reason} (step {step.Number} of {plan.Steps.Count}: {call})");
    }

    // Docker's users know these words, and scripts look for them.
    private static SlipwayException FromExecute(Errno errno, string command)
    {
        string name = Printable.Escape(command);
        return errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR when !command.Contains('/', StringComparison.Ordinal) =>
                new(ErrorKind.CommandNotFound, $"exec: \"{name}\": executable file not found in $PATH"),
            Errno.ENOENT or Errno.ENOTDIR => new(ErrorKind.CommandNotFound, $"exec: \"{name}\": no such file or directory"),
            Errno.EACCES => new(ErrorKind.CommandNotExecutable, $"exec: \"{name}\": permission denied"),
            Errno.EISDIR => new(ErrorKind.CommandNotExecutable, $"exec: \"{name}\": is a directory"),
            Errno.ENOEXEC => new(ErrorKind.CommandNotExecutable, $"exec: \"{name}\": exec format error"),
            _ => new(ErrorKind.CommandNotExecutable, $"exec: \"{name}\": {LinuxException.Explain(errno)}"),
        };
    }
}

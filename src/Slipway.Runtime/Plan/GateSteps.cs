using Slipway.Linux;
using Slipway.Linux.Processes;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>The pause between create and start, and what must be known before it.</summary>
internal static class GateSteps
{
    private const long X_OK = 1;

    /// <summary>The name of the step that looks for the program: an error of it is told as one of executing.</summary>
    public const string Find = "find";

    /// <summary>
    /// Looks for the program as execvp(3) would, with the identity that it will have: the real one, which the old call asks for, is the
    /// effective one by now. A filter may not know a newer call.
    /// </summary>
    public static void AddCheck(PlanBuilder plan, IReadOnlyList<string> paths, string command) =>
        plan.Step(PlanPhase.Gate, Find, command, "process.args", step =>
        {
            var status = new PlanBuffer(StatSize);
            foreach (string path in paths)
            {
                var next = new Label();
                step.Call(Syscall.faccessat, AT_FDCWD, path, X_OK);
                if (paths.Count > 1)
                    step.Tolerate(Errno.ENOENT, Errno.EACCES, Errno.ENOTDIR, Errno.ELOOP).ElseTo(next);
                step.Call(Syscall.newfstatat, AT_FDCWD, path, status, 0);
                // A directory may be "executed" too; equal goes on to the next path.
                step.Check(status, StatModeOffset, 4, S_IFMT, S_IFDIR, Errno.None).ThenTo(next).ElseTo(step.End);
                step.Mark(next);
            }
            step.Fail(paths.Count > 1 ? Errno.ENOENT : Errno.EISDIR);
        });

    /// <summary>Waits for the parent, or for whoever opens the fifo.</summary>
    public static void Add(PlanBuilder plan, PlanInputs inputs)
    {
        StartGate gate = inputs.Gate;
        if (gate.Waits)
            plan.Step(PlanPhase.Gate, "wait for the hooks", null, "hooks", static step => step.Checkpoint(Checkpoint.Ready, wait: true));
        if (!inputs.DiesWithParent)
        {
            // Until here a parent that is killed takes it along.
            plan.Step(PlanPhase.Gate, "live on without the parent", null, "default", static step => step.Call(Syscall.prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0));
        }
        if (gate.Fifo is null)
            return;
        plan.Step(PlanPhase.Gate, "wait to be started", null, "create", step =>
        {
            step.Call(Syscall.rt_sigprocmask, SIG_SETMASK, new byte[KernelSigsetSize], 0, KernelSigsetSize);
            step.Checkpoint(Checkpoint.Parked, wait: false);
            // Nobody listens there any more, and it may wait for hours.
            step.Call(Syscall.close, plan.Channel().Itself);
            step.Call(Syscall.read, 3 + inputs.PreservedFds, new PlanBuffer(1), 1).AtLeast(1);
        });
    }
}

using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>
/// Makes two of the process: itself becomes the init, and its child goes on to the container's program. So the program's errors are told as
/// without an init, and the init runs with the same rights, under the same filter.
/// </summary>
internal static class InitSteps
{
    private const int PidSize = 4, DigitsSize = 24, LongestWait = 1; // seconds

    public static void Add(PlanBuilder plan, ProcessSpec process, PlanInputs inputs) =>
        plan.Step(PlanPhase.Execute, "leave the first process to an init", InitProgram.Name, "--init", step =>
        {
            Register child = plan.NewRegister();
            PlanBuffer own = new(PidSize), digits = new(DigitsSize);
            var goesOn = new Label();
            // Without a pid namespace of its own orphans would go to the host's init.
            step.Call(Syscall.prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
            // Not clone3, of which a filter can't see the flags: many forbid it. The kernel writes the child's number into the child's memory only.
            step.Call(Syscall.clone, CLONE_CHILD_SETTID | SIGCHLD, 0, 0, own, 0).Into(child);
            step.Check(own, 0, PidSize, uint.MaxValue, 0, Errno.None).ElseTo(goesOn);
            step.Digits(digits, child);
            step.Call(Syscall.execveat, FdOf(inputs), "", Operand.Words([InitProgram.Name, InitProgram.ChildFlag, digits, InitProgram.FlagsEnd, .. process.Args.Select(static word => (Operand)word), 0]), Operand.Texts(process.Env ?? []), AT_EMPTY_PATH);
            step.Mark(goesOn);
            // Until the init is there: the program would find the host's executable in its place. A filter may forbid the wait, or the init's word.
            step.Call(Syscall.rt_sigtimedwait, BitConverter.GetBytes(1L << (SIGCONT - 1)), 0, Operand.Words(LongestWait, 0), KernelSigsetSize).Tolerate(Errno.EAGAIN, Errno.EINTR, Errno.EPERM, Errno.ENOSYS);
            // A group of its own, the terminal's foreground one: what it sends to its group isn't handed back to it, and keys are for it.
            step.Call(Syscall.setpgid, 0, 0);
            if (inputs.Pty is not null)
                step.Call(Syscall.ioctl, 0, TIOCSPGRP, own);
            // A child doesn't inherit it.
            if (inputs.DiesWithParent)
                step.Call(Syscall.prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        });

    // Where the descriptors' step has put it.
    private static int FdOf(PlanInputs inputs) => 3 + inputs.PreservedFds + (inputs.Gate.Fifo is null ? 0 : 1);
}

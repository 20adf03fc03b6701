using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>The last part of a start and of an exec alike: limits, streams, identity, filter, execve.</summary>
internal static class ProcessSteps
{
    private const int SafeNumber = 10;
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static void Add(PlanBuilder plan, ProcessSpec process, LinuxSpec? linux, PlanInputs inputs)
    {
        if (process.Args.Count == 0 || process.Args[0].Length == 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "process.args is empty: there is nothing to execute");
        AddStreams(plan, process.User, inputs);
        foreach (RlimitSpec limit in process.Rlimits ?? [])
            LimitSteps.Add(plan, limit);
        SchedulingSteps.Add(plan, process, linux);
        AddDescriptors(plan, inputs);
        bool filterLast = process.NoNewPrivileges == true;
        IdentitySteps.AddBounding(plan, process.Capabilities);
        if (inputs.Filter is { } early && !filterLast)
            IdentitySteps.AddFilter(plan, early, PlanPhase.Identity);
        IdentitySteps.AddUser(plan, process, inputs.KeepsGroups);
        IdentitySteps.AddCapabilities(plan, process.Capabilities, inputs.Grantable);
        IdentitySteps.AddLast(plan, process);
        if (inputs.Filter is { } late && filterLast)
            IdentitySteps.AddFilter(plan, late, PlanPhase.Filter);
        string program = inputs.Program ?? process.Args[0];
        List<string> paths = PathsOf(program, process.Env ?? []);
        if (inputs.Gate.Checked)
            GateSteps.AddCheck(plan, paths, program);
        GateSteps.Add(plan, inputs);
        if (inputs.Init is not null)
            InitSteps.Add(plan, process, inputs);
        AddExecute(plan, process, program, paths);
    }

    // Whatever was opened on the way, and whoever opened it, ends here (invariant I4); the channel, and what a gate waits at, at execve.
    private static void AddDescriptors(PlanBuilder plan, PlanInputs inputs) =>
        plan.Step(PlanPhase.Descriptors, "close all other descriptors", null, "default", step =>
        {
            int first = 3 + inputs.PreservedFds;
            if (inputs.Gate.Fifo is { } fifo)
                step.Call(Syscall.dup3, plan.Input(fifo.Number), first++, O_CLOEXEC).Tolerate(Errno.EINVAL);
            if (inputs.Init is { } init)
                step.Call(Syscall.dup3, plan.Input(init.Number), first++, O_CLOEXEC).Tolerate(Errno.EINVAL);
            (Register before, _, Register after) = plan.Channel();
            step.Call(Syscall.close_range, first, before, 0).Tolerate(Errno.EINVAL);
            step.Call(Syscall.close_range, after, uint.MaxValue, 0);
        }, inputs.PreservedFds == 0 ? "" : $"from {3 + inputs.PreservedFds} on");

    // First to numbers out of the way: one of the three may be where another belongs.
    private static void AddStreams(PlanBuilder plan, UserSpec user, PlanInputs inputs)
    {
        IReadOnlyList<int>? sources = inputs.Pty is { } pty ? [pty.Slave.Number, pty.Slave.Number, pty.Slave.Number] : inputs.Stdio;
        if (sources is null)
        {
            AddOwnPipes(plan, user);
            return;
        }
        plan.Step(PlanPhase.Streams, "set up the standard streams", null, inputs.Pty is null ? "stdio" : "process.terminal", step =>
        {
            var moved = new Register[sources.Count];
            for (int i = 0; i < moved.Length; i++)
                step.Call(Syscall.fcntl, plan.Input(sources[i]), F_DUPFD_CLOEXEC, SafeNumber).Into(moved[i] = plan.NewRegister());
            for (int i = 0; i < moved.Length; i++)
                step.Call(Syscall.dup3, moved[i], i, 0);
            if (inputs.Pty is not null)
                step.Call(Syscall.ioctl, 0, TIOCSCTTY, 0);
            for (int i = 0; i < moved.Length; i++)
            {
                if (user.Uid != 0 && inputs.Pty is not null)
                    step.Call(Syscall.fchown, i, user.Uid, -1).Tolerate(Errno.EPERM, Errno.EROFS, Errno.EINVAL);
                else if (user.Uid != 0 && FileKind.Of(sources[i]).IsPipe)
                    Own(step, i, user);
            }
        });
    }

    // The streams are the caller's own. One that is closed is no pipe.
    private static void AddOwnPipes(PlanBuilder plan, UserSpec user)
    {
        if (user.Uid == 0)
            return;
        int[] pipes = [.. Enumerable.Range(0, 3).Where(stream => FileKind.Of($"/proc/self/fd/{stream}") is { IsPipe: true })];
        if (pipes.Length > 0)
            plan.Step(PlanPhase.Streams, "hand over the pipes of the standard streams", null, "process.user", step => Array.ForEach(pipes, pipe => Own(step, pipe, user)));
    }

    // So that the user can open /dev/stdout again. Never anything but pipes and terminals: the others are files and devices of the host's.
    private static void Own(StepBuilder step, int pipe, UserSpec user) =>
        step.Call(Syscall.fchown, pipe, user.Uid, user.Gid).Tolerate(Errno.EPERM, Errno.EROFS, Errno.EINVAL);

    private static void AddExecute(PlanBuilder plan, ProcessSpec process, string program, List<string> paths) =>
        plan.Step(PlanPhase.Execute, "execute", program, "process.args", step =>
        {
            // Blocked since the clone, so that no handler of the parent's could run.
            step.Call(Syscall.rt_sigprocmask, SIG_SETMASK, new byte[KernelSigsetSize], 0, KernelSigsetSize);
            step.Execute(paths, process.Args, process.Env ?? [], IsSearched(program));
        }, string.Join(' ', process.Args));

    private static bool IsSearched(string program) => !program.Contains('/', StringComparison.Ordinal);

    private static List<string> PathsOf(string program, IReadOnlyList<string> env)
    {
        if (!IsSearched(program))
            return [program];
        var paths = new List<string>();
        foreach (string directory in PathOf(env).Split(':'))
            paths.Add(directory.Length == 0 ? "./" + program : $"{directory}/{program}");
        return paths;
    }

    private static string PathOf(IReadOnlyList<string> env)
    {
        foreach (string variable in env)
        {
            if (variable.StartsWith("PATH=", StringComparison.Ordinal))
                return variable[5..];
        }
        return DefaultPath;
    }
}

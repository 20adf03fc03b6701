using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Capabilities;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Host;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Seccomp;

namespace Slipway.Runtime.Process;

/// <summary>Starts a further process in a running container.</summary>
public static class ExecStarter
{
    /// <summary>Joins the container's namespaces and cgroups and returns once the process has been executed. As for threads, see <see cref="ProcessStarter"/>.</summary>
    /// <exception cref="SlipwayException">NotFound when the container has ended; otherwise as <see cref="ProcessStarter.Start"/>.</exception>
    public static StartedProcess Start(ExecOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        long began = options.Watch is null ? 0 : OperationTimes.Now();
        var joins = new List<SafeFd>();
        (SafeFd Master, SafeFd Slave)? pty = null;
        bool started = false;
        try
        {
            SecurityModules.Require(options.Process);
            using SafeFd target = OpenTarget(options);
            LoadableFilter? filter = FilterOf(options);
            joins.AddRange(CgroupJoin.Open(options.CgroupPaths, options.TargetPid) ?? throw Ended(options.TargetPid));
            if (options.Process.Terminal == true)
            {
                pty = ContainerTerminal.Open(options.TargetPid, options.Process, options.KeepsNewlines);
                if (options.TerminalOwner is { } owner)
                    pty.Value.Slave.SetOwner(owner.Uid, owner.Gid);
            }
            CloneFlags further = JoinableOf(options.TargetPid);
            bool pidLast = !further.HasFlag(CloneFlags.CLONE_NEWUSER) && (options.Traceable || CanTrace(options.Process.Capabilities));
            using SafeFd? root = options.EntersRoot ? SmallFile.OpenDirectory($"/proc/{options.TargetPid}/root") : null;
            var inputs = new PlanInputs
            {
                CgroupJoins = joins,
                Grantable = further.HasFlag(CloneFlags.CLONE_NEWUSER) ? ulong.MaxValue : OwnCapabilities.Effective(),
                Program = options.Program,
                DiesWithParent = options.DiesWithParent,
                PreservedFds = options.PreservedFds,
                Filter = filter,
                Pty = pty is { } pair ? new PtyInputs(pair.Slave, null) : null,
                Stdio = options.Stdio is { } stdio ? [stdio.Stdin, stdio.Stdout, stdio.Stderr] : null,
            };
            StartPlan plan = ExecPlanner.Plan(options.Process, options.Linux, target, further, root, inputs, pidLast);
            using StartRecorder? recorder = options.Watch is { } watch ? new StartRecorder(watch, plan, began) : null;
            var runner = new PlanRunner(plan, options.Process.Args[0])
            {
                PidNamespace = pidLast ? null : target,
                Reached = waiting => SeccompAgent.HandOver(options.Seccomp!, waiting.Child, waiting.Detail, options.State!),
                Recorder = recorder,
            };
            ChildStarted child = runner.Run();
            started = true;
            return new StartedProcess(child.Pid, child.PidFd, pty?.Master, Cgroup.Open(options.CgroupPaths));
        }
        catch (LinuxException error)
        {
            throw new SlipwayException(error.Errno is Errno.EPERM or Errno.EACCES ? ErrorKind.Denied : ErrorKind.Internal, error.Message, error);
        }
        finally
        {
            joins.ForEach(join => join.Dispose());
            pty?.Slave.Dispose();
            if (!started)
                pty?.Master.Dispose();
        }
    }

    /// <summary>Whether a process with these bounds may look into one that forbids tracing (ptrace(2), access mode checking).</summary>
    internal static bool CanTrace(CapabilitiesSpec? sets) => sets?.Bounding?.Contains("CAP_SYS_PTRACE") == true;

    private static LoadableFilter? FilterOf(ExecOptions options)
    {
        if (options.Seccomp is null)
            return null;
        LoadableFilter filter = LoadableFilter.Of(options.Seccomp, options.SeccompCacheDir);
        if (filter.Notifies && options.State is null)
            throw new SlipwayException(ErrorKind.NotSupported, $"seccomp action {SeccompTokens.Notify}: nothing is known of the container that the agent could be told");
        return filter;
    }

    // First the handle, then the question: what the number means can't change in between without our noticing.
    private static SafeFd OpenTarget(ExecOptions options)
    {
        SafeFd target = PidFd.TryOpen(options.TargetPid) ?? throw Ended(options.TargetPid);
        if (ProcessStat.StartTime(options.TargetPid) == options.TargetStartTime)
            return target;
        target.Dispose();
        throw Ended(options.TargetPid);
    }

    // A user namespace that is ours already can't be joined (setns(2)), and the others of a container needn't be its own either.
    private static CloneFlags JoinableOf(int pid) =>
        IsOther(pid, "user", CloneFlags.CLONE_NEWUSER) | IsOther(pid, "time", CloneFlags.CLONE_NEWTIME);

    private static CloneFlags IsOther(int pid, string name, CloneFlags kind) =>
        FileKind.Of($"/proc/{pid}/ns/{name}") is { } theirs && FileKind.Of($"/proc/self/ns/{name}") is { } ours && theirs.Inode != ours.Inode ? kind : CloneFlags.None;

    private static SlipwayException Ended(int pid) => new(ErrorKind.NotFound, $"the container's process {pid} has ended");
}

using System.Runtime.InteropServices;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Linux.Processes;

/// <summary>A child that has executed its program, or has parked before that (<see cref="ChildOpKind.Checkpoint"/>).</summary>
public sealed record ChildStarted(int Pid, SafeFd PidFd);

/// <summary>A child that waits at a checkpoint.</summary>
/// <param name="Checkpoint">Its number.</param>
/// <param name="Child">Who waits.</param>
/// <param name="Detail">What it has to say there.</param>
public sealed record ChildWaiting(int Checkpoint, ChildStarted Child, int Detail);

/// <summary>The operation at which a child gave up; it has been reaped.</summary>
public sealed record ChildFailed(int Op, Errno Errno);

/// <summary>Clones a child (clone3 in clone(2)) and follows it up to its execve.</summary>
public static unsafe partial class ChildProcess
{
    private const ulong SIGCHLD = 17;
    private const int PR_SET_DUMPABLE = 4, SIG_SETMASK = 2, SIGKILL = 9, SignalSetSize = 128;

    /// <summary>
    /// Makes this process unfit for ptrace and its /proc files root's own, for good: a container that it enters must not reach through it
    /// (invariant I5; PR_SET_DUMPABLE(2const)). An execve takes it back.
    /// </summary>
    public static void ForbidTracing() => Check.Result(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl PR_SET_DUMPABLE");

    /// <summary>Clones and returns once the child has executed, or parked, or failed, in which case it has been reaped.</summary>
    /// <param name="program">What the child does.</param>
    /// <param name="flags">Namespaces to make.</param>
    /// <param name="cgroup">A v2 cgroup's directory to be born in; null: ours.</param>
    /// <param name="pidNamespace">The pid namespace to be born in, as a pidfd or an open /proc/PID/ns/pid; null: ours.</param>
    /// <param name="reached">Called while the child waits at a checkpoint. What it throws ends the child.</param>
    /// <exception cref="LinuxException">clone3 itself failed.</exception>
    public static (ChildStarted? Started, ChildFailed? Failed) Start(
        ChildProgram program, CloneFlags flags, SafeFd? cgroup, SafeFd? pidNamespace = null, Action<ChildWaiting>? reached = null)
    {
        (SafeFd ours, SafeFd theirs) = UnixSocket.Pair();
        using SafeFd channel = ours;
        ChildStarted child;
        using (theirs)
        {
            child = pidNamespace is null
                ? Clone(program, flags, cgroup, theirs, ours)
                : NamespaceJoin.WithChildrenIn(pidNamespace, () => Clone(program, flags, cgroup, theirs, ours));
        }
        try
        {
            return Follow(channel, ref child, reached) is not { } failed ? (child, null) : (null, failed);
        }
        catch
        {
            End(child, kill: true);
            throw;
        }
    }

    private static ChildStarted Clone(ChildProgram program, CloneFlags flags, SafeFd? cgroup, SafeFd channel, SafeFd parentsEnd)
    {
        int pidFd = -1;
        var clone = new CloneArgs { Flags = (ulong)flags | (ulong)CloneFlags.CLONE_PIDFD, ExitSignal = SIGCHLD, PidFd = (ulong)&pidFd };
        if (cgroup is not null)
        {
            clone.Flags |= (ulong)CloneFlags.CLONE_INTO_CGROUP;
            clone.Cgroup = (ulong)cgroup.Number;
        }
        ChildBlock block = program.Block(&clone, channel.Number, parentsEnd.Number);
        long pid = CloneWithoutSignals(&block);
        return pid < 0 ? throw new LinuxException("clone3", (Errno)(-pid)) : new ChildStarted((int)pid, new SafeFd(pidFd));
    }

    // Until the channel ends (it is close-on-exec), or the child says that it is parked or has failed.
    private static ChildFailed? Follow(SafeFd channel, ref ChildStarted child, Action<ChildWaiting>? reached)
    {
        ChildReport report;
        while (FdIo.Read(channel, new Span<byte>(&report, sizeof(ChildReport))) == sizeof(ChildReport))
        {
            switch (report.Kind)
            {
                case ChildReport.Parked:
                    return null;
                case ChildReport.Waiting:
                    reached?.Invoke(new ChildWaiting(report.Value, child, report.Detail));
                    FdIo.WriteAll(channel, [1]);
                    break;
                case ChildReport.Forked:
                    ChildStarted next = Adopt(report.Value);
                    End(child, kill: false);
                    child = next;
                    break;
                case ChildReport.Unable:
                    throw new LinuxException("fcntl F_DUPFD_CLOEXEC", (Errno)report.Value);
                default:
                    End(child, kill: false);
                    return new ChildFailed(report.Kind, (Errno)report.Value);
            }
        }
        return null;
    }

    // A handler of this process' signals must not run in the child: all are blocked there until its last steps clear the mask.
    private static long CloneWithoutSignals(ChildBlock* block)
    {
        byte* all = stackalloc byte[SignalSetSize], before = stackalloc byte[SignalSetSize];
        new Span<byte>(all, SignalSetSize).Fill(0xff);
        Check.Result(pthread_sigmask(SIG_SETMASK, all, before) == 0 ? 0 : -1, "pthread_sigmask");
        long pid = ChildLoop.Run(block);
        Check.Result(pthread_sigmask(SIG_SETMASK, before, null) == 0 ? 0 : -1, "pthread_sigmask");
        return pid;
    }

    // The number is the kernel's answer to the child, in the pid namespace that both of us are in.
    private static ChildStarted Adopt(int pid)
    {
        SafeFd pidFd = PidFd.TryOpen(pid) ?? throw new LinuxException("pidfd_open", Errno.ESRCH);
        if (PidFd.IsChild(pidFd))
            return new ChildStarted(pid, pidFd);
        pidFd.Dispose();
        throw new LinuxException("waitid", Errno.ECHILD);
    }

    private static void End(ChildStarted child, bool kill)
    {
        using SafeFd pidFd = child.PidFd;
        if (kill)
            PidFd.Signal(pidFd, SIGKILL);
        Span<PollEntry> entry = [new PollEntry(pidFd.Number, PollEvents.Readable)];
        while (PidFd.TryReap(pidFd) is null)
            Poller.Wait(entry, Timeout.Infinite);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, long a, long b, long c, long d);

    // Not SetLastError: the answer is the error number itself.
    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, byte* set, byte* old);
}

using System.Runtime.InteropServices;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Polling;

namespace Slipway.Linux.Processes;

/// <summary>A child that has executed its program.</summary>
public sealed record ChildStarted(int Pid, SafeFd PidFd);

/// <summary>The operation at which a child gave up; it has been reaped.</summary>
public sealed record ChildFailed(int Op, Errno Errno);

/// <summary>Clones a child (clone3 in clone(2)) and follows it up to its execve.</summary>
public static unsafe partial class ChildProcess
{
    private const ulong SIGCHLD = 17;
    private const int PR_SET_DUMPABLE = 4, SIG_SETMASK = 2, SignalSetSize = 128, ReportSize = 2 * sizeof(int);

    /// <summary>
    /// Makes this process unfit for ptrace and its /proc files root's own, for good: a container that it enters must not reach through it
    /// (invariant I5; PR_SET_DUMPABLE(2const)). An execve takes it back.
    /// </summary>
    public static void ForbidTracing() => Check.Result(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl PR_SET_DUMPABLE");

    /// <summary>Clones and returns once the child has executed, or failed, in which case it has been reaped.</summary>
    /// <param name="program">What the child does.</param>
    /// <param name="flags">Namespaces to make.</param>
    /// <param name="cgroup">A v2 cgroup's directory to be born in; null: ours.</param>
    /// <exception cref="LinuxException">clone3 itself failed.</exception>
    public static (ChildStarted? Started, ChildFailed? Failed) Start(ChildProgram program, CloneFlags flags, SafeFd? cgroup)
    {
        (SafeFd read, SafeFd write) = FdIo.Pipe();
        using SafeFd reader = read;
        int pidFd = -1;
        long pid;
        using (write)
        {
            var clone = new CloneArgs { Flags = (ulong)flags | (ulong)CloneFlags.CLONE_PIDFD, ExitSignal = SIGCHLD, PidFd = (ulong)&pidFd };
            if (cgroup is not null)
            {
                clone.Flags |= (ulong)CloneFlags.CLONE_INTO_CGROUP;
                clone.Cgroup = (ulong)cgroup.Number;
            }
            ChildBlock block = program.Block(&clone, write.Number);
            pid = CloneWithoutSignals(&block);
        }
        if (pid < 0)
            throw new LinuxException("clone3", (Errno)(-pid));
        var handle = new SafeFd(pidFd);
        if (ReadFailure(reader) is not { } failed)
            return (new ChildStarted((int)pid, handle), null);
        using (handle)
            Reap(handle);
        return (null, failed);
    }

    // A handler of this process' signals must not run in the child: all are blocked there until its last steps clear the mask.
    private static long CloneWithoutSignals(ChildBlock* block)
    {
        byte* all = stackalloc byte[SignalSetSize], before = stackalloc byte[SignalSetSize];
        new Span<byte>(all, SignalSetSize).Fill(0xff);
        Check.Result(pthread_sigmask(SIG_SETMASK, all, before) == 0 ? 0 : -1, "pthread_sigmask");
        long pid = ChildLoop.CloneAndRun(block);
        Check.Result(pthread_sigmask(SIG_SETMASK, before, null) == 0 ? 0 : -1, "pthread_sigmask");
        return pid;
    }

    // The write end is close-on-exec: nothing to read means that the child executed.
    private static ChildFailed? ReadFailure(SafeFd reader)
    {
        Span<byte> report = stackalloc byte[ReportSize];
        int count = FdIo.Read(reader, report);
        return count < ReportSize ? null : new ChildFailed(MemoryMarshal.Read<int>(report), (Errno)MemoryMarshal.Read<int>(report[sizeof(int)..]));
    }

    private static void Reap(SafeFd pidFd)
    {
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

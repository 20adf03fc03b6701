using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>How a process ended: its own exit code, or the signal that killed it.</summary>
public readonly record struct ProcessEnd(int Code, int Signal)
{
    /// <summary>As a shell says it: 128 and the signal's number for a killed one.</summary>
    public int ExitCode => Signal == 0 ? Code : 128 + Signal;
}

/// <summary>A process by descriptor: its number can't come to mean another one (pidfd_open(2), waitid(2)). Readable in poll once it has ended.</summary>
public static unsafe partial class PidFd
{
    private const long SYS_pidfd_send_signal = 424, SYS_pidfd_open = 434, SYS_pidfd_getfd = 438;
    private const int P_PIDFD = 3, WEXITED = 4, WNOHANG = 1, WNOWAIT = 0x1000000, CLD_EXITED = 1;

    /// <summary>The process with this number now; null when there is none.</summary>
    public static SafeFd? TryOpen(int pid)
    {
        long fd = syscall(SYS_pidfd_open, pid, 0, 0, 0);
        if (fd == -1 && Check.LastErrno == Errno.ESRCH)
            return null;
        return Check.Fd((int)fd, "pidfd_open", pid.ToString());
    }

    /// <summary>Sends a signal; false when the process has ended.</summary>
    public static bool Signal(SafeFd process, int signal)
    {
        if (syscall(SYS_pidfd_send_signal, process.Number, signal, 0, 0) == 0)
            return true;
        return Check.LastErrno == Errno.ESRCH ? false : throw new LinuxException("pidfd_send_signal", Check.LastErrno);
    }

    /// <summary>A copy of the descriptor that the process has under this number (pidfd_getfd(2), Linux 5.6).</summary>
    /// <exception cref="LinuxException">EPERM: this process may not trace that one. EBADF: it has none of this number.</exception>
    public static SafeFd Copy(SafeFd process, int number) =>
        Check.Fd((int)syscall(SYS_pidfd_getfd, process.Number, number, 0, 0), "pidfd_getfd", number.ToString());

    /// <summary>Whether the process, running or ended, is this one's to reap.</summary>
    public static bool IsChild(SafeFd process)
    {
        SignalInfo info = default;
        return waitid(P_PIDFD, (uint)process.Number, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || Check.LastErrno != Errno.ECHILD;
    }

    /// <summary>Reaps a child of this process that has ended; null while it runs.</summary>
    public static ProcessEnd? TryReap(SafeFd child)
    {
        SignalInfo info = default;
        int result;
        do
            result = waitid(P_PIDFD, (uint)child.Number, &info, WEXITED | WNOHANG);
        while (result == -1 && Check.LastErrno == Errno.EINTR);
        Check.Result(result, "waitid");
        if (info.Pid == 0)
            return null;
        return info.Code == CLD_EXITED ? new ProcessEnd(info.Status, 0) : new ProcessEnd(0, info.Status);
    }

    /// <summary><c>siginfo_t</c> of SIGCHLD (sigaction(2)); 128 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct SignalInfo
    {
        public int Signo, Errno, Code, Pad, Pid;
        public uint Uid;
        public int Status;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, uint id, SignalInfo* info, int options);
}

using System.Runtime.CompilerServices;

namespace Slipway.Linux.Processes;

/// <summary>
/// The child's half of a start. Between clone3 and execve it may not allocate, throw, lock, or touch a static: it is a copy of one thread
/// of a managed process, without the others. So: one method, optimised from the first call (nothing is compiled or patched in the child),
/// pointers only, and every call through <see cref="RawSyscall"/>.
/// </summary>
internal static unsafe class ChildLoop
{
    private const long SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_execve = 59, SYS_fcntl = 72, SYS_exit_group = 231, SYS_newfstatat = 262,
        SYS_clone3 = 435, SYS_openat2 = 437, AT_FDCWD = -100, F_DUPFD_CLOEXEC = 1030;

    // For the channel: out of the way of what the child may move to a low number.
    private const int HighNumber = 900;

    private const int StatModeOffset = 24, S_IFMT = 0xf000, S_IFDIR = 0x4000, MaxErrno = 4095, MaxAttempts = 100;
    private const int ENOENT = 2, EIO = 5, EAGAIN = 11, EACCES = 13, ENODEV = 19, ENOTDIR = 20, EISDIR = 21, EPIPE = 32, ETIMEDOUT = 110, ESTALE = 116;

    /// <summary>
    /// Clones, and in the child runs the program, never to return. In the parent: the child's id or -errno.
    /// Without anything to clone with: runs the operations right here, and the answer is 0, or -errno with the operation in the report.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static long Run(ChildBlock* block)
    {
        delegate*<long, long, long, long, long, long, long, long> syscall = block->Syscall;
        if (block->Clone != null)
        {
            long pid = syscall(SYS_clone3, (long)block->Clone, sizeof(CloneArgs), 0, 0, 0, 0);
            if (pid != 0)
                return pid;
        }

        long* registers = block->Registers;
        int index = block->First;
        int errno = 0;
        if (block->Clone != null)
        {
            // Here, not in the parent: there the table of descriptors is shared by threads, and to let it grow takes milliseconds (an RCU
            // grace period).
            long channel = syscall(SYS_fcntl, block->Channel, F_DUPFD_CLOEXEC, HighNumber, 0, 0, 0);
            if (channel < 0)
            {
                index = ChildReport.Unable;
                errno = (int)-channel;
            }
            else
            {
                // The copy of the parent's end: with that open here, a parent that is killed would never be missed at a checkpoint. The low
                // copy of ours does no harm, and ends with the other descriptors.
                syscall(SYS_close, block->ParentsEnd, 0, 0, 0, 0, 0);
                block->Channel = (int)channel;
                for (int i = 0; i < 3 && block->ChannelRegisters >= 0; i++)
                    registers[block->ChannelRegisters + i] = channel + i - 1;
            }
        }
        while (index < block->End && errno == 0)
        {
            if (block->Times != null)
                block->Clock(VdsoClock.CLOCK_REALTIME, block->Times + 2 * index);
            ChildOp* op = block->Ops + index;
            long a = (op->Registers & 1) != 0 ? registers[op->Args[0]] : op->Args[0];
            long b = (op->Registers & 2) != 0 ? registers[op->Args[1]] : op->Args[1];
            long c = (op->Registers & 4) != 0 ? registers[op->Args[2]] : op->Args[2];
            long d = (op->Registers & 8) != 0 ? registers[op->Args[3]] : op->Args[3];
            long e = (op->Registers & 16) != 0 ? registers[op->Args[4]] : op->Args[4];
            if (op->Kind == ChildOpKind.Call)
            {
                long f = (op->Registers & 32) != 0 ? registers[op->Args[5]] : op->Args[5];
                long result = syscall(op->Number, a, b, c, d, e, f);
                // A rename or mount elsewhere made the kernel unsure whether ".." stayed inside: openat2(2) has one try again.
                for (int attempt = 1; result == -EAGAIN && op->Number == SYS_openat2 && attempt < MaxAttempts; attempt++)
                    result = syscall(op->Number, a, b, c, d, e, f);
                if (op->Result >= 0)
                    registers[op->Result] = result;
                if (result is < 0 and >= -MaxErrno)
                {
                    int error = (int)-result;
                    if (error == op->Tolerated[0] || error == op->Tolerated[1] || error == op->Tolerated[2] || error == op->Tolerated[3])
                        index += 1 + op->SkipTolerated;
                    else
                        errno = error;
                }
                else if (result < op->Minimum)
                {
                    errno = EIO;
                }
                else
                {
                    index += 1 + op->SkipOk;
                }
            }
            else if (op->Kind == ChildOpKind.Check)
            {
                long value = b == 1 ? *(byte*)a : b == 2 ? *(ushort*)a : b == 4 ? *(uint*)a : *(long*)a;
                if ((value & c) == d)
                    index += 1 + op->SkipOk;
                else if (e == 0)
                    index += 1 + op->SkipTolerated;
                else
                    errno = (int)e;
            }
            else if (op->Kind == ChildOpKind.Digits)
            {
                int length = 1;
                for (long rest = b; rest >= 10; rest /= 10)
                    length++;
                ((byte*)a)[length] = 0;
                for (long rest = b; length > 0; rest /= 10)
                    ((byte*)a)[--length] = (byte)('0' + rest % 10);
                index++;
            }
            else if (op->Kind == ChildOpKind.Checkpoint)
            {
                block->Report.Kind = b != 0 ? ChildReport.Waiting : ChildReport.Parked;
                block->Report.Value = (int)a;
                block->Report.Detail = (int)c;
                syscall(SYS_write, block->Channel, (long)&block->Report, sizeof(ChildReport), 0, 0, 0);
                long answer = b != 0 ? syscall(SYS_read, block->Channel, (long)&block->Report, 1, 0, 0, 0) : 1;
                // The end of the channel: the parent has gone, and nobody would know of this process. An error: a filter forbids reading.
                if (answer != 1)
                    errno = answer < 0 ? (int)-answer : EPIPE;
                else
                    index++;
            }
            else if (op->Kind == ChildOpKind.Fork)
            {
                long forked = syscall(SYS_clone3, a, sizeof(CloneArgs), 0, 0, 0, 0);
                if (forked > 0)
                {
                    block->Report.Kind = ChildReport.Forked;
                    block->Report.Value = (int)forked;
                    syscall(SYS_write, block->Channel, (long)&block->Report, sizeof(ChildReport), 0, 0, 0);
                    syscall(SYS_exit_group, 0, 0, 0, 0, 0, 0);
                }
                errno = (int)-forked;
                if (errno == 0)
                    index++;
            }
            else
            {
                // execvp(3)'s rules: go on where there is nothing to execute, and remember that something was there but forbidden.
                bool search = e != 0;
                bool forbidden = false;
                errno = ENOENT;
                for (long* path = (long*)a; *path != 0; path++)
                {
                    errno = (int)-syscall(SYS_execve, *path, b, c, 0, 0, 0);
                    if (errno == EACCES)
                    {
                        // A directory is "forbidden" to execute; on PATH it is just not the command.
                        bool isDirectory = syscall(SYS_newfstatat, AT_FDCWD, *path, d, 0, 0, 0) == 0
                            && (*(int*)(d + StatModeOffset) & S_IFMT) == S_IFDIR;
                        if (isDirectory)
                            errno = search ? ENOENT : EISDIR;
                        else
                            forbidden = true;
                    }
                    if (!search || !(errno is ENOENT or EACCES or ENOTDIR or ENODEV or ESTALE or ETIMEDOUT))
                        break;
                    errno = forbidden ? EACCES : ENOENT;
                }
            }
        }
        block->Report.Kind = index;
        block->Report.Value = errno;
        if (block->Clone == null)
            return -errno;
        syscall(SYS_write, block->Channel, (long)&block->Report, sizeof(ChildReport), 0, 0, 0);
        while (true)
            syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
    }
}

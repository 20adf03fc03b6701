using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>What one operation of a <see cref="ChildProgram"/> is.</summary>
public enum ChildOpKind
{
    /// <summary>A system call.</summary>
    Call = 0,

    /// <summary>Compares memory: arguments are address, width in bytes (1, 2, 4, 8), mask, expected value, errno to fail with.</summary>
    Check = 1,

    /// <summary>Writes a number that isn't negative to memory, in decimal digits with a NUL behind them: arguments are address and value.</summary>
    Digits = 2,

    /// <summary>Executes the first path that can be: arguments are path vector, argv, envp, a stat buffer, and 1 for a search through PATH.</summary>
    Execute = 3,

    /// <summary>
    /// Tells the parent how far it has come: arguments are the checkpoint's number, 1 to wait there until the parent says go on, and a value
    /// for the parent.
    /// </summary>
    Checkpoint = 4,

    /// <summary>Goes on in a child of its own, which becomes the parent's (CLONE_PARENT in clone(2)): what was unshared for children is then its own.</summary>
    Fork = 5,
}

/// <summary>One operation in unmanaged memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChildOp
{
    public const int MaxTolerated = 4;

    public ChildOpKind Kind;
    public int Registers;       // bit i: argument i is the number of a register
    public long Number;
    public fixed long Args[6];
    public fixed int Tolerated[MaxTolerated];
    public int Result;          // register for the result; -1: none
    public int Minimum;         // a smaller result is EIO: a short write, the end of a pipe
    public int SkipOk;          // operations to leave out after success
    public int SkipTolerated;   // ... after a tolerated error, or a failed check without errno
}

/// <summary>What the loop reads: everything that the child needs, found from one pointer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChildBlock
{
    public delegate*<long, long, long, long, long, long, long, long> Syscall;
    public ChildOp* Ops;
    public long* Registers;
    public CloneArgs* Clone;
    public delegate*<long, long*, long> Clock;
    public long* Times;                  // a timespec for each operation; null: nobody wants to know
    public int First, End;
    public int Channel, ParentsEnd, ChannelRegisters;
    public ChildReport Report;
}

/// <summary>What the child tells the parent, in one write. The end of the channel says that it has executed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ChildReport
{
    public const int Forked = -1, Waiting = -2, Parked = -3, Unable = -4;

    public int Kind;    // one of those, or the index of the operation that failed
    public int Value;   // the new process, the checkpoint, or errno (also of the channel that Unable could not move)
    public int Detail;  // at a checkpoint: what the program has to say there
}

/// <summary><c>struct clone_args</c> (clone(2)), version 2 with the cgroup.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CloneArgs
{
    public ulong Flags, PidFd, ChildTid, ParentTid, ExitSignal, Stack, StackSize, Tls, SetTid, SetTidSize, Cgroup;
}

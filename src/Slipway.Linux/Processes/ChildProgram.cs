using Slipway.Linux.Memory;

namespace Slipway.Linux.Processes;

/// <summary>What a cloned child does until it executes: a list of operations and the memory that they point into.</summary>
public sealed unsafe class ChildProgram : IDisposable
{
    private readonly ChildOp* _ops;
    private readonly long* _registers;
    private readonly int _opCapacity, _registerCount;
    private int _first;

    /// <summary>Makes an empty program for up to <paramref name="opCapacity"/> operations on <paramref name="registerCount"/> registers.</summary>
    public ChildProgram(int opCapacity, int registerCount)
    {
        _opCapacity = opCapacity;
        _registerCount = registerCount;
        _ops = (ChildOp*)Memory.Reserve(Math.Max(1, opCapacity) * sizeof(ChildOp));
        _registers = (long*)Memory.Reserve(Math.Max(1, registerCount) * sizeof(long));
    }

    /// <summary>Where arguments live.</summary>
    public NativeArena Memory { get; } = new();

    /// <summary>How many operations there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gives a register the value that it has when the child begins.</summary>
    public void SetRegister(int register, long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)register, (uint)_registerCount);
        _registers[register] = value;
    }

    /// <summary>Adds an operation. What the numbers mean is said at <see cref="ChildOpKind"/>.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="number">The system call's number.</param>
    /// <param name="args">At most six.</param>
    /// <param name="registers">Bit i: argument i names a register.</param>
    /// <param name="result">Register for the result; -1 for none.</param>
    /// <param name="minimum">Smallest result that is success.</param>
    /// <param name="tolerated">At most four errors after which the program goes on.</param>
    /// <param name="skipOk">Operations left out after success.</param>
    /// <param name="skipTolerated">Operations left out after a tolerated error.</param>
    public void Add(ChildOpKind kind, long number, ReadOnlySpan<long> args, int registers, int result, int minimum,
        ReadOnlySpan<Errno> tolerated, int skipOk, int skipTolerated)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Count, _opCapacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(args.Length, 6);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tolerated.Length, ChildOp.MaxTolerated);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(result, _registerCount);
        ChildOp* op = _ops + Count++;
        op->Kind = kind;
        op->Number = number;
        op->Registers = registers;
        op->Result = result;
        op->Minimum = minimum;
        op->SkipOk = skipOk;
        op->SkipTolerated = skipTolerated;
        for (int i = 0; i < args.Length; i++)
            op->Args[i] = args[i];
        for (int i = 0; i < tolerated.Length; i++)
            op->Tolerated[i] = (int)tolerated[i];
    }

    /// <summary>The argument of <see cref="ChildOpKind.Fork"/>.</summary>
    public nint ReserveCloneArgs()
    {
        CloneArgs* clone = (CloneArgs*)Memory.Reserve(sizeof(CloneArgs));
        clone->Flags = (ulong)Namespaces.CloneFlags.CLONE_PARENT;
        return (nint)clone;
    }

    /// <inheritdoc/>
    public void Dispose() => Memory.Dispose();

    /// <summary>
    /// Runs the first <paramref name="count"/> operations in this process, as its part of the start: the others are the child's, which finds
    /// the results in the registers. Null, or the operation that failed.
    /// </summary>
    public ChildFailed? RunHere(int count)
    {
        ChildBlock block = Block(null, -1, -1);
        block.End = _first = count;
        return ChildLoop.Run(&block) == 0 ? null : new ChildFailed(block.Report.Kind, (Errno)block.Report.Value);
    }

    /// <summary>Closes the descriptor that <see cref="RunHere"/> left in a register; none is there when it is negative.</summary>
    public void CloseRegister(int register)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)register, (uint)_registerCount);
        if (_registers[register] >= 0)
            new SafeFd((int)_registers[register]).Dispose();
    }

    /// <summary>The first of three registers that get the number of the child's channel to its parent: one less, itself, one more. -1: none.</summary>
    public int ChannelRegisters { get; set; } = -1;

    /// <summary>Gets the time at which each operation begins; null: nobody wants to know. The caller's, and alive until the child has executed.</summary>
    public OperationTimes? Times { get; set; }

    internal ChildBlock Block(CloneArgs* clone, int channel, int parentsEnd) => new()
    {
        Syscall = RawSyscall.Function,
        Ops = _ops,
        Registers = _registers,
        Clone = clone,
        Clock = VdsoClockOf(Times),
        Times = Times is null ? null : Times.Words,
        First = _first,
        End = Count,
        Channel = channel,
        ParentsEnd = parentsEnd,
        ChannelRegisters = ChannelRegisters,
    };

    // Not looked for where it isn't wanted.
    private static delegate*<long, long*, long> VdsoClockOf(OperationTimes? times) => times is null ? null : VdsoClock.Function;
}

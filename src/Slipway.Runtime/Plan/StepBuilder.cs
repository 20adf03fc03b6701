using Slipway.Linux;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Plan;

/// <summary>A place within a step to go on from.</summary>
internal sealed class Label
{
    public int Op { get; set; } = -1;
}

/// <summary>Collects the operations of one step. What follows a call (<see cref="Into"/>, <see cref="Tolerate"/> …) speaks of the last one.</summary>
internal sealed class StepBuilder
{
    private readonly List<KernelOp> _ops = [];
    private readonly List<(int Op, Label Target, bool AfterSuccess)> _jumps = [];

    /// <summary>The end of the step.</summary>
    public Label End { get; } = new();

    public StepBuilder Call(Syscall number, params Operand[] args) => Add(new KernelOp(ChildOpKind.Call, number, args));

    /// <summary>Fails with <paramref name="failure"/> unless the masked value at that address is what it should be; None: goes on as after a tolerated error.</summary>
    public StepBuilder Check(PlanBuffer buffer, int offset, int width, long mask, long expected, Errno failure) =>
        Add(new KernelOp(ChildOpKind.Check, 0, [Operand.At(buffer, offset), width, mask, expected, (long)failure]));

    /// <summary>Fails on purpose: compares what is never equal.</summary>
    public StepBuilder Fail(Errno failure) => Check(new PlanBuffer(1), 0, 1, 0, 1, failure);

    /// <summary>Writes what a register holds as decimal text to a buffer.</summary>
    public StepBuilder Digits(PlanBuffer buffer, Register register) => Add(new KernelOp(ChildOpKind.Digits, 0, [buffer, register]));

    public StepBuilder Execute(IReadOnlyList<string> paths, IReadOnlyList<string> args, IReadOnlyList<string> env, bool search) =>
        Add(new KernelOp(ChildOpKind.Execute, 0,
            [Operand.Texts(paths), Operand.Texts(args), Operand.Texts(env), new PlanBuffer(KernelConstants.StatSize), search ? 1 : 0]));

    public StepBuilder Checkpoint(Checkpoint checkpoint, bool wait, Operand detail = default) =>
        Add(new KernelOp(ChildOpKind.Checkpoint, 0, [(long)checkpoint, wait ? 1 : 0, detail]));

    /// <summary>What follows is done by a child of the child, which takes its place.</summary>
    public StepBuilder Fork() => Add(new KernelOp(ChildOpKind.Fork, 0, []));

    public StepBuilder Into(Register register)
    {
        _ops[^1].Result = register.Index;
        return this;
    }

    public StepBuilder Tolerate(params Errno[] errors)
    {
        _ops[^1].Tolerated = errors;
        return this;
    }

    public StepBuilder AtLeast(int minimum)
    {
        _ops[^1].Minimum = minimum;
        return this;
    }

    public StepBuilder ThenTo(Label target)
    {
        _jumps.Add((_ops.Count - 1, target, true));
        return this;
    }

    public StepBuilder ElseTo(Label target)
    {
        _jumps.Add((_ops.Count - 1, target, false));
        return this;
    }

    public StepBuilder Mark(Label label)
    {
        label.Op = _ops.Count;
        return this;
    }

    public IReadOnlyList<KernelOp> Finish()
    {
        Mark(End);
        foreach ((int op, Label target, bool afterSuccess) in _jumps)
        {
            int skip = target.Op - op - 1;
            ArgumentOutOfRangeException.ThrowIfNegative(skip);
            if (afterSuccess)
                _ops[op].SkipOk = skip;
            else
                _ops[op].SkipTolerated = skip;
        }
        return _ops;
    }

    private StepBuilder Add(KernelOp op)
    {
        _ops.Add(op);
        return this;
    }
}

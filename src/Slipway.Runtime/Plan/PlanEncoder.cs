using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Plan;

/// <summary>Turns a plan into the program that the child runs.</summary>
internal sealed class PlanEncoder
{
    private readonly Dictionary<PlanBuffer, nint> _buffers = [];
    private readonly Dictionary<string, nint> _texts = new(StringComparer.Ordinal);
    private readonly ChildProgram _program;

    private PlanEncoder(ChildProgram program) => _program = program;

    /// <summary>The caller disposes the program once the child has executed.</summary>
    public static ChildProgram Encode(StartPlan plan)
    {
        int count = 0;
        foreach (KernelStep step in plan.Steps)
            count += step.Ops.Count;
        var program = new ChildProgram(count, plan.RegisterCount);
        var encoder = new PlanEncoder(program);
        foreach ((Register register, int value) in plan.Inputs)
            program.SetRegister(register.Index, value);
        program.ChannelRegisters = plan.Channel?.Index ?? -1;
        foreach (Register register in plan.ParentRegisters)
            program.SetRegister(register.Index, -1);
        foreach (KernelStep step in plan.Steps)
        {
            foreach (KernelOp op in step.Ops)
                encoder.Add(op);
        }
        return program;
    }

    /// <summary>The step that holds the operation of this index.</summary>
    public static (KernelStep Step, KernelOp Op) StepOf(StartPlan plan, int op)
    {
        foreach (KernelStep step in plan.Steps)
        {
            if (op < step.Ops.Count)
                return (step, step.Ops[op]);
            op -= step.Ops.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(op));
    }

    private void Add(KernelOp op)
    {
        Span<long> args = stackalloc long[op.Args.Length];
        int registers = 0;
        for (int i = 0; i < args.Length; i++)
        {
            args[i] = Resolve(op.Args[i]);
            if (op.Args[i].Kind == OperandKind.Register)
                registers |= 1 << i;
        }
        if (op.Kind == ChildOpKind.Fork)
            args = [_program.ReserveCloneArgs()];
        _program.Add(op.Kind, (long)op.Number, args, registers, op.Result, op.Minimum, op.Tolerated, op.SkipOk, op.SkipTolerated);
    }

    private long Resolve(Operand operand) => operand.Kind switch
    {
        OperandKind.Text => Text((string)operand.Data!),
        OperandKind.Bytes => _program.Memory.Copy((byte[])operand.Data!),
        OperandKind.Words => _program.Memory.CopyWords(Array.ConvertAll((Operand[])operand.Data!, Resolve)),
        OperandKind.Buffer => Buffer((PlanBuffer)operand.Data!) + operand.Value,
        _ => operand.Value,
    };

    private nint Text(string text)
    {
        // The kernel would see the part before it only: what was checked would not be what is done.
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Linux.Printable.Escape(text)}' holds a NUL character");
        if (!_texts.TryGetValue(text, out nint address))
            _texts[text] = address = _program.Memory.CopyText(text);
        return address;
    }

    private nint Buffer(PlanBuffer buffer)
    {
        if (!_buffers.TryGetValue(buffer, out nint address))
            _buffers[buffer] = address = _program.Memory.Reserve(buffer.Size);
        return address;
    }
}

using Slipway.Linux;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Plan;

/// <summary>One operation of a step, still as data: see <see cref="ChildOpKind"/>.</summary>
internal sealed class KernelOp(ChildOpKind kind, Syscall number, Operand[] args)
{
    public ChildOpKind Kind { get; } = kind;

    public Syscall Number { get; } = number;

    public Operand[] Args { get; } = args;

    public int Result { get; set; } = -1;

    public int Minimum { get; set; }

    public Errno[] Tolerated { get; set; } = [];

    public int SkipOk { get; set; }

    public int SkipTolerated { get; set; }
}

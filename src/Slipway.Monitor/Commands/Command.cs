namespace Slipway.Monitor.Commands;

/// <summary>One command of the runtime's command line.</summary>
/// <param name="Name">Its word.</param>
/// <param name="Operands">What comes after the options, for the help: <c>ID [COMMAND [ARG...]]</c>.</param>
/// <param name="Help">What it does, in a line.</param>
/// <param name="Options">What it takes.</param>
/// <param name="Run">Does it; the exit code.</param>
internal sealed record Command(string Name, string Operands, string Help, Option[] Options, Func<Arguments, Session, int> Run)
{
    /// <summary>Fewest and most operands.</summary>
    public (int Least, int Most) Count { get; init; } = (1, 1);

    /// <summary>Exit code when it fails.</summary>
    public int Failure { get; init; } = 1;

    /// <summary>It enters a container whose programs run already: from an executable that they can't get at.</summary>
    public bool EntersContainer { get; init; }

    /// <summary>Options end with the first operand: what follows is another program's.</summary>
    public bool EndsAtOperand { get; init; }
}

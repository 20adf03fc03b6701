namespace Slipway.Runtime.Process;

/// <summary>Who wants to know how a start goes. The price is a look at the clock before each operation, and no system call.</summary>
public sealed record StartWatch
{
    /// <summary>Takes a sentence for each thing that has happened, soon after.</summary>
    public Action<string>? Debug { get; init; }

    /// <summary>Takes what each step cost, once the program was executed or waits to be started.</summary>
    public Action<StartTiming>? Timing { get; init; }
}

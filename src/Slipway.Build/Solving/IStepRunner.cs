namespace Slipway.Build.Solving;

/// <summary>
/// Runs the process of one RUN instruction. Build declares it and knows nothing of containers; Engine implements it
/// with the runtime that <c>slip run</c> uses.
/// </summary>
public interface IStepRunner
{
    /// <summary>
    /// Runs the step to its end on an overlay of <see cref="RunStep.LowersTopFirst"/> under <see cref="RunStep.Upper"/> and
    /// returns the exit code. Everything that the process left is in the upper directory when the task completes, and nothing
    /// of the step runs any more, also when it was cancelled.
    /// </summary>
    /// <param name="step">What to run, and on what.</param>
    /// <param name="output">Takes what the process writes, with 1 or 2 for its stream. Calls don't overlap; the bytes are valid during the call only.</param>
    /// <param name="ct">Kills the process and everything it started.</param>
    Task<int> RunAsync(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct);

    /// <summary>Runs a command as a step, with the caller's own streams and, where standard input is one, its terminal; returns its exit code.</summary>
    int Enter(RunStep step);
}

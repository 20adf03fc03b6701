using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;
using Slipway.Store.Explaining;

namespace Slipway.Cli.Output.Builds;

/// <summary>Passes progress on, and remembers what is shown once more after the display, where it is looked for: what the step that failed printed last, and waste.</summary>
internal sealed class ProgressTail(IBuildProgress next, TimeProvider clock) : IBuildProgress
{
    private readonly Dictionary<int, LiveStep> _running = [];
    private LiveStep? _failed;

    public void StepStarted(BuildStep step)
    {
        _running[step.Number] = new(step, clock.GetTimestamp());
        next.StepStarted(step);
    }

    public void StepMissed(int number, IReadOnlyList<string> reasons) => next.StepMissed(number, reasons);

    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes)
    {
        _running[number].Add(bytes);
        next.StepOutput(number, stream, bytes);
    }

    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration)
    {
        if (_running.Remove(number, out LiveStep? step) && outcome == StepOutcome.Failed)
            _failed ??= step;
        next.StepEnded(number, outcome, duration);
    }

    /// <summary>What was told of waste; null for nothing.</summary>
    public LayerWaste? Waste { get; private set; }

    public void Wasted(LayerWaste waste) => Waste = waste;

    public void Warning(DockerfileWarning warning) => next.Warning(warning);

    /// <summary>Prints the step and its last lines; nothing where no step failed, or it said nothing.</summary>
    public void Print(TextWriter to)
    {
        if (_failed is null || !_failed.Tail.Any())
            return;
        to.WriteLine("------");
        to.WriteLine($" > {_failed.Name}:");
        foreach (string line in _failed.Tail)
            to.WriteLine(line);
        to.WriteLine("------");
    }
}

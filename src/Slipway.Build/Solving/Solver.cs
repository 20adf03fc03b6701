using System.Runtime.ExceptionServices;
using Slipway.Build.Graph;

namespace Slipway.Build.Solving;

/// <summary>
/// Brings every step of a graph to its result, each as soon as its inputs have theirs, those that don't need each other at once. The first that
/// fails stops the others; when all have ended, its error is the build's.
/// </summary>
/// <param name="graph">The steps.</param>
/// <param name="steps">Solves one.</param>
/// <param name="reporter">Hears of each step.</param>
internal sealed class Solver(BuildGraph graph, StepSolver steps, StepReporter reporter)
{
    private ExceptionDispatchInfo? _firstError;

    public async Task<SolvedGraph> SolveAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = new Dictionary<Vertex, Task<StepResult?>>();
        foreach (Vertex step in graph.Steps)
        {
            Task<StepResult?>[] inputs = [.. step.Inputs.Select(input => running[input])];
            running.Add(step, SolveAfterAsync(step, inputs, stop));
        }
        await Task.WhenAll(running.Values).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        _firstError?.Throw();
        return new(graph, running.ToDictionary(pair => pair.Key, pair => pair.Value.Result!));
    }

    // Null where the build ends before the step has a result. Nothing is thrown here: a graph's other tasks would have to be awaited all the same.
    private async Task<StepResult?> SolveAfterAsync(Vertex step, Task<StepResult?>[] inputs, CancellationTokenSource stop)
    {
        StepResult?[] results = await Task.WhenAll(inputs).ConfigureAwait(false);
        if (stop.IsCancellationRequested || Array.Exists(results, result => result is null))
            return null;
        try
        {
            return await reporter.ReportAsync(step, number => steps.SolveAsync(step, results!, number, stop.Token)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // What fails once all are being stopped fails because of that.
            Interlocked.CompareExchange(ref _firstError, ExceptionDispatchInfo.Capture(e), null);
            await stop.CancelAsync().ConfigureAwait(false);
            return null;
        }
    }
}

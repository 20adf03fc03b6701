using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Oci.Image;

namespace Slipway.Build.Solving;

/// <summary>Numbers the steps and tells the progress listener of each; calls never overlap.</summary>
internal sealed class StepReporter(IBuildProgress progress, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private IReadOnlyDictionary<string, int> _stepsOfStage = new Dictionary<string, int>();
    private Platform? _platform;
    private int _last;

    /// <summary>Tells what is to be built and of the graph's warnings.</summary>
    public void Begin(BuildGraph graph, BuildOutline outline)
    {
        lock (_gate)
        {
            progress.Outlined(outline);
            foreach (Dockerfile.DockerfileWarning warning in graph.Linter.Findings)
                progress.Warning(warning);
        }
    }

    /// <summary>The steps that come are those of a graph.</summary>
    /// <param name="graph">Its stages' names and lengths are shown.</param>
    /// <param name="platform">Whose it is, where there are several; else null.</param>
    public void Follow(BuildGraph graph, Platform? platform) => (_stepsOfStage, _platform) = (graph.StepsOfStage, platform);

    /// <summary>Does a step of the graph between its events.</summary>
    public Task<StepResult> ReportAsync(Vertex step, Func<int, Task<(StepResult, StepOutcome)>> body)
    {
        VertexPlace place = step.Place;
        bool showsStage = _stepsOfStage.Count > 1 || !place.Stage.StartsWith("stage-", StringComparison.Ordinal);
        string? stage = showsStage ? place.Stage : null;
        stage = _platform is null ? stage : $"{_platform} {stage}".TrimEnd();
        int total = place.Index == 0 ? 0 : _stepsOfStage.GetValueOrDefault(place.Stage);
        return ReportAsync(number => new BuildStep(number, stage, place.Index, total, place.Title) { Lines = place.Lines, Image = place.Image }, body);
    }

    /// <summary>Does something that isn't of the graph between its events.</summary>
    public Task<T> ReportAsync<T>(string title, Func<T> body) => ReportAsync(title, _ => body());

    /// <summary>As above, where what is done tells more of itself: it gets the step's number.</summary>
    public async Task<T> ReportAsync<T>(string title, Func<int, T> body) =>
        await ReportAsync(number => new BuildStep(number, null, 0, 0, title), number => Task.FromResult((body(number), StepOutcome.Done))).ConfigureAwait(false);

    /// <summary>A step's progress of bringing something.</summary>
    public void Transferred(int number, string what, long bytes, bool isDone)
    {
        lock (_gate)
            progress.StepTransferred(number, what, bytes, isDone);
    }

    public void ImageWasThere()
    {
        lock (_gate)
            progress.ImageWasThere();
    }

    public void Output(int number, int stream, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            progress.StepOutput(number, stream, bytes);
    }

    public void Runs(int number)
    {
        lock (_gate)
            progress.StepRuns(number);
    }

    public void Missed(int number, IReadOnlyList<string> reasons)
    {
        lock (_gate)
            progress.StepMissed(number, reasons);
    }

    private async Task<T> ReportAsync<T>(Func<int, BuildStep> describe, Func<int, Task<(T, StepOutcome)>> body)
    {
        int number = Interlocked.Increment(ref _last);
        long started = clock.GetTimestamp();
        lock (_gate)
            progress.StepStarted(describe(number));
        StepOutcome outcome = StepOutcome.Failed;
        try
        {
            (T result, outcome) = await body(number).ConfigureAwait(false);
            return result;
        }
        catch (OperationCanceledException)
        {
            outcome = StepOutcome.Cancelled;
            throw;
        }
        finally
        {
            lock (_gate)
                progress.StepEnded(number, outcome, clock.GetElapsedTime(started));
        }
    }
}

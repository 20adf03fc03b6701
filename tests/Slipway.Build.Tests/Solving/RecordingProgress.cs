using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;

namespace Slipway.Build.Tests.Solving;

/// <summary>Keeps what a build tells.</summary>
internal sealed class RecordingProgress : IBuildProgress
{
    private readonly Dictionary<int, string> _titles = [];

    /// <summary>Title and outcome of each step that has ended.</summary>
    public List<(string Title, StepOutcome Outcome)> Ended { get; } = [];

    /// <summary>Why steps were not cached, by title.</summary>
    public Dictionary<string, IReadOnlyList<string>> Missed { get; } = [];

    public StringBuilder Output { get; } = new();

    public void Clear()
    {
        _titles.Clear();
        Ended.Clear();
        Missed.Clear();
        Output.Clear();
    }

    public IEnumerable<string> With(StepOutcome outcome) => Ended.Where(step => step.Outcome == outcome && step.Title.StartsWith('[') == false).Select(step => step.Title);

    public void StepStarted(BuildStep step) => _titles[step.Number] = step.Title;

    public void StepMissed(int number, IReadOnlyList<string> reasons) => Missed[_titles[number]] = reasons;

    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes) => Output.Append(Encoding.UTF8.GetString(bytes));

    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration) => Ended.Add((_titles[number], outcome));

    public void Warning(DockerfileWarning warning)
    {
    }
}

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

    public StringBuilder Output { get; } = new();

    public void Clear()
    {
        _titles.Clear();
        Ended.Clear();
        Output.Clear();
    }

    public IEnumerable<string> With(StepOutcome outcome) => Ended.Where(step => step.Outcome == outcome && step.Title.StartsWith('[') == false).Select(step => step.Title);

    public void StepStarted(BuildStep step) => _titles[step.Number] = step.Title;

    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes) => Output.Append(Encoding.UTF8.GetString(bytes));

    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration) => Ended.Add((_titles[number], outcome));

    public void Warning(DockerfileWarning warning)
    {
    }
}

using Slipway.Build.Dockerfile;
using Slipway.Store.Explaining;

namespace Slipway.Build.Progress;

/// <summary>
/// Hears what a build does, as it happens. Calls never overlap, but they come from any thread; an implementation that throws ends the build.
/// Every <see cref="StepStarted"/> is followed by exactly one <see cref="StepEnded"/> of the same number.
/// </summary>
public interface IBuildProgress
{
    /// <summary>The Dockerfile was read, and its images are looked for now: what it says, as far as that is known without them.</summary>
    void Read(BuildOutline outline)
    {
    }

    /// <summary>The Dockerfile was understood; before its steps.</summary>
    void Outlined(BuildOutline outline)
    {
    }

    /// <summary>A step begins: its key is being looked up, then it may run.</summary>
    void StepStarted(BuildStep step);

    /// <summary>The cache has no result for a step: it is done now.</summary>
    void StepRuns(int number)
    {
    }

    /// <summary>The cache had no result for a step; told only where that was asked for (<see cref="BuildRequest.ExplainsMisses"/>).</summary>
    /// <param name="number">The step.</param>
    /// <param name="reasons">What has changed since such a step was last made, each in a few words; never empty.</param>
    void StepMissed(int number, IReadOnlyList<string> reasons);

    /// <summary>Output of a RUN step. <paramref name="bytes"/> is valid during the call only, and may end within a line or a character.</summary>
    void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes);

    /// <summary>A step brings something from elsewhere: so many bytes of it came until now, or in all.</summary>
    void StepTransferred(int number, string what, long bytes, bool isDone)
    {
    }

    /// <summary>A step is over.</summary>
    void StepEnded(int number, StepOutcome outcome, TimeSpan duration);

    /// <summary>The store had the image before: nothing of this build is new, not in its configuration either.</summary>
    void ImageWasThere()
    {
    }

    /// <summary>Something in the Dockerfile that works but is better written another way.</summary>
    void Warning(DockerfileWarning warning);

    /// <summary>The new layers carry much for nothing; told at the end, of an image, when a step of it was made anew.</summary>
    void Wasted(LayerWaste waste)
    {
    }
}

/// <summary>One line of the build as people see it: <c>#5 [build 2/4] COPY . /app</c>.</summary>
/// <param name="Number">Counts from 1, in the order of starting.</param>
/// <param name="Stage">The stage's name where there are several, or null.</param>
/// <param name="Index">Place within the stage, from 1; 0 for steps outside of stages.</param>
/// <param name="Total">Steps of the stage; 0 for steps outside of stages.</param>
/// <param name="Title">The instruction, variables expanded, on one line.</param>
public sealed record BuildStep(int Number, string? Stage, int Index, int Total, string Title)
{
    /// <summary>The instruction's lines; null for steps outside of stages.</summary>
    public LineRange? Lines { get; init; }

    /// <summary>The whole name of the image that it begins with; null where it is no image.</summary>
    public string? Image { get; init; }

    /// <summary>Place and title: <c>[build 2/4] COPY . /app</c>.</summary>
    public string Name => Total == 0 ? Title : $"[{(Stage is null ? "" : Stage + " ")}{Index}/{Total}] {Title}";
}

/// <summary>How a step ended.</summary>
public enum StepOutcome
{
    /// <summary>It ran.</summary>
    Done,

    /// <summary>Its result was there already.</summary>
    Cached,

    /// <summary>It failed, and so does the build.</summary>
    Failed,

    /// <summary>The build was cancelled.</summary>
    Cancelled,
}

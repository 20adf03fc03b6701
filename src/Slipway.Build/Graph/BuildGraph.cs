using Slipway.Build.Dockerfile;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>Everything that a build will do, and nothing that it won't: stages that the target doesn't need have no steps here.</summary>
/// <param name="Source">For errors.</param>
/// <param name="Target">The step whose file system the image gets.</param>
/// <param name="Steps">All steps that the target needs, each after its inputs.</param>
/// <param name="Image">The image's configuration, but for its layers.</param>
/// <param name="History">The history from the base image on, each entry with the step that may have made a layer.</param>
/// <param name="Epoch">What every time in the image is clamped to.</param>
/// <param name="StepsOfStage">How many steps each stage has, by the stage's name.</param>
/// <param name="Linter">What was found on the way.</param>
internal sealed record BuildGraph(
    DockerfileSource Source,
    Vertex Target,
    IReadOnlyList<Vertex> Steps,
    ImageConfig Image,
    IReadOnlyList<HistoryDraft> History,
    DateTimeOffset Epoch,
    IReadOnlyDictionary<string, int> StepsOfStage,
    Lint.Linter Linter)
{
    /// <summary>The stage that is built.</summary>
    public required Stage Stage { get; init; }

    /// <summary>Whether the target is an empty file system and says nothing of itself.</summary>
    public bool IsNothing => Target.Operation is ImageOperation { Image: null } && Stage.Body.Count == 0;

    /// <summary>How many ONBUILD instructions of its base each stage begins with, by the stage's index; only stages that have some.</summary>
    public required IReadOnlyDictionary<int, int> Triggers { get; init; }

    /// <summary>The image that each stage begins with, by the stage's index; only stages that begin with one.</summary>
    public required IReadOnlyDictionary<int, Digest?> Images { get; init; }

    /// <summary>The image that the target stands on, and what the Dockerfile calls it; null for none.</summary>
    public (string Name, Store.Images.ImageRecord Image)? Base { get; init; }
}

/// <summary>A history entry in the making. With a step, whether it has a layer shows when that has run; a base image's entry is kept as it is.</summary>
internal sealed record HistoryDraft(HistoryEntry Entry, Vertex? Step);

using Slipway.Store.Comparing;
using Slipway.Store.Explaining.Packages;

namespace Slipway.Store.Explaining;

/// <summary>Where one path of an image comes from.</summary>
public sealed record PathExplanation
{
    /// <summary>The path, links on the way resolved; bytes that are not UTF-8 are U+FFFD. Not fit for a terminal as it is.</summary>
    public required string Path { get; init; }

    /// <summary>Every layer that has something there, the topmost first: what is seen, and what that hides.</summary>
    public required IReadOnlyList<PathVersion> Versions { get; init; }

    /// <summary>The layer that took it away; null where it can be seen.</summary>
    public required LayerStep? RemovedBy { get; init; }

    /// <summary>Whose it is, by the image's own databases.</summary>
    public required PackageAnswer Packages { get; init; }

    /// <summary>Of a directory: what can be seen in it, subdirectories included.</summary>
    public required IReadOnlyList<StepContent> Inside { get; init; }
}

/// <summary>What a path is in one layer.</summary>
/// <param name="Step">The layer.</param>
/// <param name="State">What it is there.</param>
/// <param name="HiddenBy">The layer that hides it; null where it can be seen.</param>
/// <param name="Changed">Set against the version above it: what is another there; null for the topmost, and where nothing of the kind is above.</param>
public sealed record PathVersion(LayerStep Step, PathState State, LayerStep? HiddenBy, Differing? Changed);

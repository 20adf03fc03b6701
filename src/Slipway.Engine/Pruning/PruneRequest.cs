using Slipway.Engine.Filters;

namespace Slipway.Engine.Pruning;

/// <summary>What may be removed.</summary>
public sealed record PruneRequest
{
    /// <summary>Of these kinds.</summary>
    public required IReadOnlyList<PruneKind> Kinds { get; init; }

    /// <summary>Images that no container stands on, also those that have a name; else dangling ones only.</summary>
    public bool NamedImages { get; init; }

    /// <summary>Volumes that no container refers to, also those that have a name; else anonymous ones only.</summary>
    public bool NamedVolumes { get; init; }

    /// <summary>Of the build cache also layers that an image has, which free nothing; else only what no image has.</summary>
    public bool AllCache { get; init; }

    /// <summary>Containers and volumes are gone for good; else they go to the trash, which frees nothing yet.</summary>
    public bool Purge { get; init; }

    /// <summary>Of <c>until</c>, <c>label</c> and <c>label!</c>: only what was made before, has the labels, and has not those.</summary>
    public FilterList Filter { get; init; } = FilterList.None;

    /// <summary>Reads filters of a prune.</summary>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: another key.</exception>
    public static FilterList ReadFilter(IEnumerable<string> filters) => FilterList.Parse(filters, "prunes", "until", "label", "label!");
}

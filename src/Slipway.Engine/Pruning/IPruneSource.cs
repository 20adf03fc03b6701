using Slipway.Engine.Containers;

namespace Slipway.Engine.Pruning;

/// <summary>One kind of things that can be pruned. A new kind is a new one of these.</summary>
internal interface IPruneSource
{
    /// <summary>Which.</summary>
    PruneKind Kind { get; }

    /// <summary>What may go now. Changes nothing.</summary>
    IReadOnlyList<PruneCandidate> Find(PruneScope scope);

    /// <summary>Removes what may still go, which it looks at once more where nobody can come in between.</summary>
    IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope);

    /// <summary>Why something of a plan may not go any more, for people: <c>it is gone already</c>.</summary>
    string WhyNot(string id);
}

/// <summary>What a source looks for.</summary>
/// <param name="Request">What may go at all.</param>
/// <param name="Now">For the filters.</param>
/// <param name="Cancel">Stops it.</param>
internal sealed record PruneScope(PruneRequest Request, DateTimeOffset Now, CancellationToken Cancel)
{
    private readonly DateTimeOffset? _until = Request.Filter.Time("until", Now);

    /// <summary>Nothing but these, by id; null: everything.</summary>
    public IReadOnlySet<string>? Only { get; init; }

    /// <summary>Containers, by id, that will be gone before: what only they use is looked at as unused.</summary>
    public IReadOnlySet<string> GoneContainers { get; init; } = new HashSet<string>();

    /// <summary>The pins of those that are gone for good, by their users' names. What is in the trash keeps what it stands on.</summary>
    public IReadOnlySet<string> GoneUsers => Request.Purge ? GoneContainers.Select(id => ContainerManager.PinPrefix + id).ToHashSet() : new HashSet<string>();

    /// <summary>Images, by id, that will be gone before. They count what nobody else keeps, the build cache neither.</summary>
    public IReadOnlySet<string> GoneImages { get; init; } = new HashSet<string>();

    /// <summary>Whether the filters take something that was made then and has these labels.</summary>
    public bool Takes(string id, DateTimeOffset created, Func<IReadOnlyDictionary<string, string>?> labels) =>
        Only?.Contains(id) != false && (_until is not { } until || created < until) && (!Request.Filter.HasLabels || Request.Filter.Labels(labels()));
}

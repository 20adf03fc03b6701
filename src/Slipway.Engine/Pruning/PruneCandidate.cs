namespace Slipway.Engine.Pruning;

/// <summary>Something that may go.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Names it for good: what is made later under the same name is another.</param>
public sealed record PruneCandidate(PruneKind Kind, string Id)
{
    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Why it may go: <c>no container uses it</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// Bytes of disk that are free when it and all candidates before it are gone: what several share counts at the last of them.
    /// </summary>
    public required long Bytes { get; init; }

    /// <summary>It goes to the trash, and the bytes are free when it goes from there.</summary>
    public bool ToTrash { get; init; }

    /// <summary>When it was last used, as far as is known.</summary>
    public DateTimeOffset? LastUse { get; init; }
}

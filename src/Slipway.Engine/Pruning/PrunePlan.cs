namespace Slipway.Engine.Pruning;

/// <summary>What a prune would remove, written down, so that exactly that can be removed later.</summary>
/// <param name="Id">Six hexadecimal digits.</param>
/// <param name="Created">When it was made: what was used since stays.</param>
/// <param name="Expires">When it is forgotten.</param>
/// <param name="Candidates">In the order in which they would go.</param>
public sealed record PrunePlan(string Id, DateTimeOffset Created, DateTimeOffset Expires, IReadOnlyList<PruneCandidate> Candidates)
{
    /// <summary>Its containers and volumes would be gone for good, not in the trash.</summary>
    public bool Purge { get; init; }

    /// <summary>Bytes of disk that would be free.</summary>
    public long Bytes => Candidates.Where(c => !c.ToTrash).Sum(c => c.Bytes);

    /// <summary>Bytes of disk that would be in the trash, and free when they go from there.</summary>
    public long TrashedBytes => Candidates.Where(c => c.ToTrash).Sum(c => c.Bytes);
}

using Slipway.Engine.Images;

namespace Slipway.Engine.Pruning;

/// <summary>What became of a candidate.</summary>
/// <param name="Candidate">With the bytes that were freed, where it was removed.</param>
/// <param name="Skipped">Why it was left; null where it was removed.</param>
public sealed record PruneOutcome(PruneCandidate Candidate, string? Skipped = null)
{
    /// <summary>Of an image, the names and layers that went with it.</summary>
    public ImageRemoval? Image { get; init; }
}

/// <summary>What a prune did.</summary>
/// <param name="Outcomes">Of each candidate, in order.</param>
public sealed record PruneReport(IReadOnlyList<PruneOutcome> Outcomes)
{
    /// <summary>What was removed.</summary>
    public IEnumerable<PruneOutcome> Removed => Outcomes.Where(o => o.Skipped is null);

    /// <summary>What was left, with the reason.</summary>
    public IEnumerable<PruneOutcome> Skipped => Outcomes.Where(o => o.Skipped is not null);

    /// <summary>Bytes of disk that it freed, or will have when the background has caught up.</summary>
    public long Bytes => Removed.Where(o => !o.Candidate.ToTrash).Sum(o => o.Candidate.Bytes);

    /// <summary>Bytes of disk of what is in the trash now.</summary>
    public long TrashedBytes => Removed.Where(o => o.Candidate.ToTrash).Sum(o => o.Candidate.Bytes);
}

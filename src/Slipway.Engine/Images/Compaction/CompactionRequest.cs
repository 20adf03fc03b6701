namespace Slipway.Engine.Images.Compaction;

/// <summary>How images are compacted.</summary>
public sealed record CompactionRequest
{
    /// <summary>Finds out what would be dropped and what that would free, and changes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Drops also what can't be made again, where a registry says that it has it: it is fetched when it is needed.</summary>
    public bool Refetch { get; init; }
}

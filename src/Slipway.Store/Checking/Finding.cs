namespace Slipway.Store.Checking;

/// <summary>What became of something that is wrong.</summary>
public enum FindingState
{
    /// <summary>It is as it was found.</summary>
    Found,

    /// <summary>It is as it should be again.</summary>
    Repaired,

    /// <summary>It could not be had again, and is gone.</summary>
    Removed,
}

/// <summary>Something in the store that is not as it should be.</summary>
/// <param name="Subject">What: <c>/etc/passwd in layer 1b930d010525 of debian:latest</c>.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="State">What became of it.</param>
/// <param name="Note">How it was repaired, or what to do.</param>
public sealed record Finding(string Subject, string Problem, FindingState State = FindingState.Found, string? Note = null);

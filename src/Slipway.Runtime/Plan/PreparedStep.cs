namespace Slipway.Runtime.Plan;

/// <summary>What is done in ordinary code before the plan runs: the cgroup's directories and limits, the terminal.</summary>
/// <param name="Call">What is done.</param>
/// <param name="Subject">To what; null where there is nothing to name.</param>
/// <param name="Arguments">With what.</param>
/// <param name="Cause">The setting that caused it.</param>
public sealed record PreparedStep(string Call, string? Subject, string Arguments, string Cause);

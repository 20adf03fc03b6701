using Slipway.Linux;

namespace Slipway.Runtime.Plan;

/// <summary>One act of a start, for people and for tests: what is done, to what, and which setting asked for it.</summary>
public sealed record KernelStep
{
    /// <summary>Its place, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The part of the start that it belongs to.</summary>
    public required PlanPhase Phase { get; init; }

    /// <summary>What is done: <c>mount proc on</c>.</summary>
    public required string Call { get; init; }

    /// <summary>To what: <c>/proc</c>; null where there is nothing to name.</summary>
    public string? Subject { get; init; }

    /// <summary>With what: options, values.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>The setting that caused it: <c>mounts[0]</c>, <c>linux.maskedPaths</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>What an error here most likely means, in words for people.</summary>
    internal IReadOnlyDictionary<Errno, string>? Reasons { get; init; }

    internal IReadOnlyList<KernelOp> Ops { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Subject is null ? Call : $"{Call} '{Printable.Escape(Subject)}'";
}

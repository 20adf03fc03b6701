namespace Slipway.Engine.Postmortems;

/// <summary>Why a run ended.</summary>
/// <param name="What">What follows the container's name in a sentence: <c>was killed by the kernel: ...</c></param>
/// <param name="Advice">What to do next; null where that is plain, or nothing is wrong.</param>
/// <param name="IsFailure">Something went wrong.</param>
public sealed record ExitCause(string What, string? Advice, bool IsFailure);

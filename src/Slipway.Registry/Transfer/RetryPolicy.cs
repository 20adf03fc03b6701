namespace Slipway.Registry.Transfer;

/// <summary>How often a request is made again, and after which pauses: each twice as long as the one before.</summary>
public sealed record RetryPolicy
{
    /// <summary>Requests altogether, before the error is the caller's; in a transfer, in a row without a byte between them.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The first pause.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause of our own choosing.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a registry's Retry-After is obeyed; a longer one counts as this.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause after an attempt that failed.</summary>
    /// <param name="attempt">Its number, from 1.</param>
    /// <param name="retryAfter">What the registry asked for; null where it said nothing.</param>
    public TimeSpan DelayAfter(int attempt, TimeSpan? retryAfter)
    {
        double factor = Math.Pow(2, Math.Min(attempt - 1, 30));
        TimeSpan own = TimeSpan.FromTicks((long)Math.Min(FirstDelay.Ticks * factor, LongestDelay.Ticks));
        if (retryAfter is not { } asked)
            return own;
        return asked > LongestRetryAfter ? LongestRetryAfter : asked < own ? own : asked;
    }
}

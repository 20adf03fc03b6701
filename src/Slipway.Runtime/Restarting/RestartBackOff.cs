namespace Slipway.Runtime.Restarting;

/// <summary>How long a restart waits: 100 ms, twice as long each time, a minute at most; from the beginning after a run that lasted.</summary>
public static class RestartBackOff
{
    private const int FirstMilliseconds = 100, MostMilliseconds = 60_000, LastingMilliseconds = 10_000;

    /// <summary>The wait before the next start.</summary>
    /// <param name="lastMilliseconds">The wait before this run; 0 where somebody started it.</param>
    /// <param name="ran">How long this run lasted.</param>
    public static int Next(int lastMilliseconds, TimeSpan ran) =>
        lastMilliseconds == 0 || ran.TotalMilliseconds >= LastingMilliseconds ? FirstMilliseconds : Math.Min(lastMilliseconds * 2, MostMilliseconds);
}

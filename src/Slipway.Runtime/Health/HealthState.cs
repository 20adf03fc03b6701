namespace Slipway.Runtime.Health;

/// <summary>What is known of a container's health: RUN/containers/ID/health.json, written by rename after each check.</summary>
public sealed record HealthState
{
    /// <summary>Docker's words.</summary>
    public const string Starting = "starting", Healthy = "healthy", Unhealthy = "unhealthy";

    /// <summary>How many checks are kept.</summary>
    private const int KeptChecks = 5, KeptChanges = 16;

    /// <summary>One of the words above.</summary>
    public string Status { get; init; } = Starting;

    /// <summary>Failures in a row.</summary>
    public int FailingStreak { get; init; }

    /// <summary>The last checks, oldest first.</summary>
    public IReadOnlyList<HealthCheckResult> Log { get; init; } = [];

    /// <summary>The last changes of <see cref="Status"/>, oldest first: those that nobody may have seen yet.</summary>
    public IReadOnlyList<HealthChange> Changes { get; init; } = [];

    /// <summary>What a check makes of it.</summary>
    /// <param name="rule">How it is looked after.</param>
    /// <param name="result">The check.</param>
    /// <param name="startedAt">When the container was started.</param>
    public HealthState After(HealthRule rule, HealthCheckResult result, DateTimeOffset startedAt)
    {
        string status = Status;
        int streak = FailingStreak;
        if (result.ExitCode == 0)
        {
            status = Healthy;
            streak = 0;
        }
        else if (Status != Starting || result.Start - startedAt >= TimeSpan.FromMilliseconds(rule.StartPeriod))
        {
            streak++;
            if (streak >= rule.Retries)
                status = Unhealthy;
        }
        return this with
        {
            Status = status,
            FailingStreak = streak,
            Log = [.. Log.TakeLast(KeptChecks - 1), result],
            Changes = status == Status ? Changes : [.. Changes.TakeLast(KeptChanges - 1), new HealthChange(result.End, status)],
        };
    }
}

/// <summary>One check.</summary>
/// <param name="Start">When it began.</param>
/// <param name="End">When it had ended.</param>
/// <param name="ExitCode">Of its command; -1 where it was killed after its time, or couldn't be started.</param>
/// <param name="Output">The first 4096 bytes of what it printed.</param>
public sealed record HealthCheckResult(DateTimeOffset Start, DateTimeOffset End, int ExitCode, string Output);

/// <summary>A change of the status.</summary>
/// <param name="Time">When.</param>
/// <param name="Status">To what.</param>
public sealed record HealthChange(DateTimeOffset Time, string Status);

namespace Slipway.Oci.Image;

/// <summary>How to tell whether a container works (Docker's image specification, Healthcheck). Times are nanoseconds; null means the default.</summary>
public sealed record HealthCheck
{
    /// <summary><c>NONE</c>; <c>CMD</c> and arguments; or <c>CMD-SHELL</c> and a line for the image's shell.</summary>
    public required IReadOnlyList<string> Test { get; init; }

    /// <summary>From the end of one check to the next; by default 30 s.</summary>
    public long? Interval { get; init; }

    /// <summary>What a check may take; by default 30 s.</summary>
    public long? Timeout { get; init; }

    /// <summary>How long failures don't count after the start; by default not at all.</summary>
    public long? StartPeriod { get; init; }

    /// <summary>Between checks during <see cref="StartPeriod"/>; by default 5 s.</summary>
    public long? StartInterval { get; init; }

    /// <summary>Failures in a row that mean unhealthy; by default 3.</summary>
    public int? Retries { get; init; }
}

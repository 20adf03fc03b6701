namespace Slipway.Engine.Containers.Requests;

/// <summary>How much a container may use. Null is docker's default, mostly: without limit.</summary>
public sealed record ResourceRequest
{
    /// <summary>Memory limit in bytes, at least 6 MiB.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processors, in billionths: 1.5 processors is 1,500,000,000.</summary>
    public long? NanoCpus { get; init; }

    /// <summary>Most processes and threads; null is the default of 2048, -1 is without limit.</summary>
    public long? PidsLimit { get; init; }
}

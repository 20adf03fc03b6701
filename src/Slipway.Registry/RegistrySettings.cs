using Slipway.Registry.Auth;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Transfer;

namespace Slipway.Registry;

/// <summary>How registries are spoken to. One a process will do.</summary>
public sealed record RegistrySettings
{
    /// <summary>Which registries there are and how far they are trusted.</summary>
    public RegistryConfig Config { get; init; } = RegistryConfig.Empty;

    /// <summary>Where certificates of registries lie; in Docker's <c>certs.d</c> layout.</summary>
    public IReadOnlyList<string> CertificateDirectories { get; init; } = [];

    /// <summary>Who we are to which registry.</summary>
    public ICredentialSource Credentials { get; init; } = NoCredentials.Instance;

    /// <summary>When and how often a request is made again.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Without a byte for so long, a transfer counts as stalled, and is begun again where it stopped.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A document (manifest, token, list) must be there after this time.</summary>
    public TimeSpan DocumentTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A blob of which so much is missing, in bytes, comes by several ranges at once, where the registry takes ranges.</summary>
    public long ParallelFrom { get; init; } = 64 << 20;

    /// <summary>How many bytes such a range has; as many are in memory for each that is under way.</summary>
    public int RangeBytes { get; init; } = 4 << 20;

    /// <summary>How many are under way besides the one that is read.</summary>
    public int RangesAtOnce { get; init; } = 3;

    /// <summary>What waits, and how old a token is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What we call ourselves.</summary>
    public string UserAgent { get; init; } = "slipway/0.1";
}

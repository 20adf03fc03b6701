using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build;

/// <summary>What is asked of one build. Nothing else reaches it: no environment, no clock, no home directory (invariant I15).</summary>
public sealed record BuildRequest
{
    /// <summary>The directory whose files COPY and ADD may read.</summary>
    public required string ContextDirectory { get; init; }

    /// <summary>The Dockerfile, absolute or relative to the caller's directory; null means <c>Dockerfile</c> in the context.</summary>
    public string? DockerfilePath { get; init; }

    /// <summary>Values of <c>--build-arg</c>. A null value counts as not given: the caller looks its environment up first.</summary>
    public IReadOnlyDictionary<string, string?> BuildArgs { get; init; } = new Dictionary<string, string?>();

    /// <summary>The stage to build, by name or number; null means the last.</summary>
    public string? Target { get; init; }

    /// <summary>Runs every step again; what comes out replaces what the cache holds.</summary>
    public bool NoCache { get; init; }

    /// <summary>Stages, by name or <c>stage-N</c>, whose steps are all run again.</summary>
    public IReadOnlyCollection<string> NoCacheStages { get; init; } = [];

    /// <summary>Names that point at the image when it is done.</summary>
    public IReadOnlyList<Reference> Tags { get; init; } = [];

    /// <summary>What the image is for.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>Labels added after the Dockerfile's own.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

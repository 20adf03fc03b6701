using Slipway.Build.Context;
using Slipway.Build.Export;
using Slipway.Build.Graph;
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

    /// <summary>Whether the context is somebody else's: then a relative <see cref="DockerfilePath"/> is a path in it, and none leads out of it.</summary>
    public bool IsContextBrought { get; init; }

    /// <summary>Whether a git checkout that the context lies in says which commit and time the image is of.</summary>
    public bool IsCheckout { get; init; } = true;

    /// <summary>When a context that a server gave was made; null where it is another, or nobody knows.</summary>
    public Func<DateTimeOffset?>? ContextTime { get; init; }

    /// <summary>What times are clamped to where neither SOURCE_DATE_EPOCH is given nor a commit tells: seconds since 1970, as text; null for 1970.</summary>
    public string? FallbackEpoch { get; init; }

    /// <summary>Values of <c>--build-arg</c>. A null value counts as not given: the caller looks its environment up first.</summary>
    public IReadOnlyDictionary<string, string?> BuildArgs { get; init; } = new Dictionary<string, string?>();

    /// <summary>What manifests say of one platform's images besides, where there are several; null: nothing.</summary>
    public Func<Platform, IReadOnlyDictionary<string, string>>? PlatformAnnotations { get; init; }

    /// <summary>What the index of several platforms' images says.</summary>
    public IReadOnlyDictionary<string, string> IndexAnnotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The stage to build, by name or number; null means the last.</summary>
    public string? Target { get; init; }

    /// <summary>Runs every step again; what comes out replaces what the cache holds.</summary>
    public bool NoCache { get; init; }

    /// <summary>Builds to be compared with a usual build: cold, and under other conditions (<see cref="Solving.TrialConditions"/>).</summary>
    public bool IsTrial { get; init; }

    /// <summary>Stages, by name or <c>stage-N</c>, whose steps are all run again.</summary>
    public IReadOnlyCollection<string> NoCacheStages { get; init; } = [];

    /// <summary>Whether progress hears why a step did not come from the cache.</summary>
    public bool ExplainsMisses { get; init; }

    /// <summary>Names that point at the image when it is done.</summary>
    public IReadOnlyList<Reference> Tags { get; init; } = [];

    /// <summary>Where the result goes; empty: an image in the store.</summary>
    public IReadOnlyList<BuildOutput> Outputs { get; init; } = [];

    /// <summary>What the image is for; null: this machine, or what the base image is for.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Labels added after the Dockerfile's own.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Annotations of the manifest; they come before those that are set from the checkout and the base.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>What <c>RUN --mount=type=secret</c> may have, by id.</summary>
    public IReadOnlyDictionary<string, BuildSecret> Secrets { get; init; } = new Dictionary<string, BuildSecret>();

    /// <summary>Sockets of SSH agents that <c>RUN --mount=type=ssh</c> may have, by id.</summary>
    public IReadOnlyDictionary<string, string> SshAgents { get; init; } = new Dictionary<string, string>();

    /// <summary>Who has the secrets and agents that are in neither; null: nobody.</summary>
    public ISecretLender? Lender { get; init; }

    /// <summary>Who has the contexts' files, where they are not here yet; null: they are.</summary>
    public IContextFiles? ContextFiles { get; init; }

    /// <summary>What names stand for in FROM, COPY --from and RUN --mount=from, before stages and images of those names.</summary>
    public IReadOnlyDictionary<string, NamedContext> Contexts { get; init; } = new Dictionary<string, NamedContext>();

    /// <summary>Rights beyond the usual that the Dockerfile may use: <c>network.host</c>, <c>security.insecure</c>.</summary>
    public IReadOnlySet<string> Allowed { get; init; } = new HashSet<string>();

    /// <summary>The network of RUN steps that don't say: default, none or host (which must be allowed).</summary>
    public string Network { get; init; } = "default";

    /// <summary>Whether a target that is <c>FROM scratch</c> and nothing more, not even labels, is refused, as docker's first builder does; else it is an image of nothing.</summary>
    public bool RefusesNothing { get; init; }

    /// <summary>Limits and names of RUN steps.</summary>
    public StepLimits Limits { get; init; } = StepLimits.None;
}

using Slipway.Build.Cache;

namespace Slipway.Build.Solving;

/// <summary>A command to be run where a step of a build failed.</summary>
public sealed record EnterRequest
{
    /// <summary>The failed step's id, or the beginning of it, or <see cref="FailedSteps.Last"/>.</summary>
    public required string Step { get; init; }

    /// <summary>The state before the step instead of the one that it left.</summary>
    public bool IsBefore { get; init; }

    /// <summary>Command and arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Secrets that are lent again, by id: of those that the build had nothing was kept.</summary>
    public IReadOnlyDictionary<string, BuildSecret> Secrets { get; init; } = new Dictionary<string, BuildSecret>();

    /// <summary>Sockets of SSH agents that are lent again, by id.</summary>
    public IReadOnlyDictionary<string, string> SshAgents { get; init; } = new Dictionary<string, string>();
}

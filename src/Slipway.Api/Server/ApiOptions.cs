using Slipway.Engine.Inspecting;

namespace Slipway.Api.Server;

/// <summary>What a server says of itself, and whom it tells.</summary>
public sealed record ApiOptions
{
    /// <summary>The program.</summary>
    public required ProgramVersion Version { get; init; }

    /// <summary>Labels of the daemon, which <c>docker info</c> shows.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What containers are made with that ask for nothing else.</summary>
    public ContainerDefaults Defaults { get; init; } = new();

    /// <summary>What containers may be run by.</summary>
    public RuntimeNames Runtimes { get; init; } = RuntimeNames.Usual;

    /// <summary>Whether clients that ask which builder to use are told BuildKit's.</summary>
    public bool PrefersBuildKit { get; init; } = true;

    /// <summary>Whether clients are told that builds can go elsewhere than into the store, as with docker's containerd store; else they refuse it themselves.</summary>
    public bool TellsSnapshotter { get; init; } = true;

    /// <summary>Whether it logs more.</summary>
    public bool Debug { get; init; }

    /// <summary>Told of each request that may change something, when it has been answered.</summary>
    public Action<AuditRecord>? Audit { get; init; }

    /// <summary>Told of what went wrong in us, not in the request: once, where it is handled.</summary>
    public Action<string, Exception>? Failed { get; init; }
}

/// <summary>A request that may have changed something.</summary>
/// <param name="Caller">Who: <c>uid 0 pid 123</c>, or a certificate's subject and address.</param>
/// <param name="Method">POST, PUT or DELETE.</param>
/// <param name="Target">The path with its query, as it was sent.</param>
/// <param name="Status">The answer's.</param>
/// <param name="Took">Until the answer was complete.</param>
public readonly record struct AuditRecord(string Caller, string Method, string Target, int Status, TimeSpan Took);

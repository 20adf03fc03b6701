namespace Slipway.Engine.Containers.Requests;

/// <summary>What a container may do beyond, or may not do of, what every container may.</summary>
public sealed record SecurityRequest
{
    /// <summary>Capabilities beyond the default ones, without <c>CAP_</c>; <c>ALL</c> is all.</summary>
    public IReadOnlyList<string> CapAdd { get; init; } = [];

    /// <summary>Default capabilities that it does without.</summary>
    public IReadOnlyList<string> CapDrop { get; init; } = [];

    /// <summary>Its processes can't gain privileges through setuid files.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>No system call filter.</summary>
    public bool SeccompUnconfined { get; init; }

    /// <summary>The root file system can't be written.</summary>
    public bool ReadOnly { get; init; }
}

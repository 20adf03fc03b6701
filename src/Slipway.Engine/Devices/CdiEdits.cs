using Slipway.Oci.Runtime;

namespace Slipway.Engine.Devices;

/// <summary>What devices change in a container's configuration (CDI specification 1.0, "containerEdits").</summary>
public sealed record CdiEdits
{
    /// <summary>Nothing.</summary>
    public static CdiEdits None { get; } = new();

    /// <summary>Variables, <c>NAME=value</c>; they take the place of the container's own.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Nodes, which it may use.</summary>
    public IReadOnlyList<CdiNode> Nodes { get; init; } = [];

    /// <summary>Files of the host's, libraries mostly.</summary>
    public IReadOnlyList<MountSpec> Mounts { get; init; } = [];

    /// <summary>Programs of the host's that make the rest.</summary>
    public HooksSpec Hooks { get; init; } = new();

    /// <summary>Groups that its process is in besides.</summary>
    public IReadOnlyList<uint> Groups { get; init; } = [];

    /// <summary>Members that nothing here answers to, by name: what asks for them is refused.</summary>
    public IReadOnlyList<string> Unsupported { get; init; } = [];

    /// <summary>These and then others.</summary>
    public CdiEdits Then(CdiEdits next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new()
        {
            Environment = [.. Environment, .. next.Environment],
            Nodes = [.. Nodes, .. next.Nodes],
            Mounts = [.. Mounts, .. next.Mounts],
            Hooks = new()
            {
                Prestart = Joined(Hooks.Prestart, next.Hooks.Prestart),
                CreateRuntime = Joined(Hooks.CreateRuntime, next.Hooks.CreateRuntime),
                CreateContainer = Joined(Hooks.CreateContainer, next.Hooks.CreateContainer),
                StartContainer = Joined(Hooks.StartContainer, next.Hooks.StartContainer),
            },
            Groups = [.. Groups.Union(next.Groups)],
            Unsupported = [.. Unsupported.Union(next.Unsupported)],
        };
    }

    private static List<HookSpec>? Joined(IReadOnlyList<HookSpec>? first, IReadOnlyList<HookSpec>? second) => first is null && second is null ? null : [.. first ?? [], .. second ?? []];
}

/// <summary>A node that a container gets. What isn't said is as the host's own node has it.</summary>
/// <param name="Path">Where it is in the container.</param>
/// <param name="HostPath">The host's node.</param>
public sealed record CdiNode(string Path, string HostPath)
{
    /// <summary><c>b</c> or <c>c</c>; null: as the host's.</summary>
    public string? Type { get; init; }

    /// <summary>Of its number; null: as the host's.</summary>
    public long? Major { get; init; }

    /// <inheritdoc cref="Major"/>
    public long? Minor { get; init; }

    /// <summary>Permissions; null: as the host's.</summary>
    public uint? FileMode { get; init; }

    /// <summary>Its owner; null: as the host's.</summary>
    public uint? Uid { get; init; }

    /// <inheritdoc cref="Uid"/>
    public uint? Gid { get; init; }

    /// <summary>Of <c>r</c>, <c>w</c> and <c>m</c>.</summary>
    public string Access { get; init; } = "rwm";
}

using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Containers;

/// <summary>
/// What a person asked for, and only that: null is "as the image says". The image's own defaults are looked up at each start,
/// so that what was chosen and what came with the image never mix.
/// </summary>
public sealed partial record ContainerRequest
{
    /// <summary>The image as it was typed.</summary>
    public required string Image { get; init; }

    /// <summary>The name; null lets the engine invent one.</summary>
    public string? Name { get; init; }

    /// <summary>Replaces the image's entry point and its command; an empty list removes it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Replaces the image's command.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary><c>NAME=value</c>, over the image's; a bare <c>NAME</c> removes one.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Absolute path in the container.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary><c>user[:group]</c>, by name or number.</summary>
    public string? User { get; init; }

    /// <summary>Supplementary groups, by name or number.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>A terminal of its own.</summary>
    public bool Terminal { get; init; }

    /// <summary>The terminal's size from its first moment on; null leaves it to whoever attaches.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Standard input stays open for clients.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether its first client is attached to a stream.</summary>
    public bool IsAttached(string stream) => Attached?.Contains(stream) ?? (stream != "stdin" || Interactive);

    /// <summary>Streams that its first client is attached to: of stdin, stdout, stderr; none where it is in the background; null: those that it has.</summary>
    public IReadOnlyList<string>? Attached { get; init; }

    /// <summary>Volumes, bind mounts, file systems in memory, images.</summary>
    public IReadOnlyList<MountRequest> Mounts { get; init; } = [];

    /// <summary>Containers whose volumes it has too: <c>NAME[:ro]</c>.</summary>
    public IReadOnlyList<string> VolumesFrom { get; init; } = [];

    /// <summary>Limits.</summary>
    public ResourceRequest Resources { get; init; } = new();

    /// <summary>Rights.</summary>
    public SecurityRequest Security { get; init; } = new();

    /// <summary>Host name; null is the short id.</summary>
    public string? Hostname { get; init; }

    /// <summary>Domain name; null is none.</summary>
    public string? Domainname { get; init; }

    /// <summary><c>bridge</c>, another network's name or id, <c>none</c>, <c>host</c>, or <c>container:</c> and whose network it shares.</summary>
    public string Network { get; init; } = NetworkManager.DefaultName;

    /// <summary>Its networks with what was asked for of each; null: <see cref="Network"/> alone, as it comes.</summary>
    public IReadOnlyList<NetworkAttachment>? Attachments { get; init; }

    /// <summary>Ports that the host passes on to it.</summary>
    public IReadOnlyList<PortRequest> Ports { get; init; } = [];

    /// <summary>Every port that it or its image exposes gets a free one of the host's.</summary>
    public bool PublishAll { get; init; }

    /// <summary>Ports that it serves, beside its image's: <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>Name servers; none: the host's.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Domains that short names are looked up in.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Options of its resolv.conf.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>More lines of its hosts file: <c>NAME:ADDRESS</c>, where <c>host-gateway</c> is the host.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    /// <summary>Labels over the image's.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Notes for the runtime and its hooks.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Nobody wanted a network at all, which is <see cref="Network"/> <c>none</c>, said otherwise.</summary>
    public bool NetworkDisabled { get; init; }

    /// <summary>The shell of what is built on an image of it, and of its health check; null: as the image says.</summary>
    public IReadOnlyList<string>? Shell { get; init; }

    /// <summary>Instructions for what is built on an image of it; null: as the image says.</summary>
    public IReadOnlyList<string>? OnBuild { get; init; }

    /// <summary>Where its client wrote the id, which is the client's own; null: nothing was said.</summary>
    public string? ContainerIdFile { get; init; }

    /// <summary>What a client of docker's API called the runtime, which is ours in any case; null: nothing.</summary>
    public string? Runtime { get; init; }

    /// <summary>What such a client said of isolation, of which there is one kind; null: nothing.</summary>
    public string? Isolation { get; init; }

    /// <summary>The driver of the container's volumes that say none; null: the one that there is. Another is refused where there is a volume for it.</summary>
    public string? VolumeDriver { get; init; }
}

using Slipway.Engine.Devices;

namespace Slipway.Engine.Containers.Requests;

/// <summary>What a container may do beyond, or may not do of, what every container may.</summary>
public sealed record SecurityRequest
{
    /// <summary>All capabilities, all devices, no filter, nothing hidden: root in it is root of the host.</summary>
    public bool Privileged { get; init; }

    /// <summary>It starts from docker's fourteen capabilities, as what is made through docker's API does, not from our eleven (decisions/0010).</summary>
    public bool DockerCapabilities { get; init; }

    /// <summary>Capabilities beyond the default ones, without <c>CAP_</c>; <c>ALL</c> is all.</summary>
    public IReadOnlyList<string> CapAdd { get; init; } = [];

    /// <summary>Default capabilities that it does without.</summary>
    public IReadOnlyList<string> CapDrop { get; init; } = [];

    /// <summary>Its processes can't gain privileges through setuid files.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>No system call filter.</summary>
    public bool SeccompUnconfined { get; init; }

    /// <summary>A system call filter of its own: the text of a profile as docker writes them.</summary>
    public string? SeccompProfile { get; init; }

    /// <summary>The AppArmor profile; null is the default.</summary>
    public string? AppArmorProfile { get; init; }

    /// <summary>Parts of its SELinux label: <c>type:spc_t</c>, or <c>disable</c>.</summary>
    public IReadOnlyList<string> SelinuxOptions { get; init; } = [];

    /// <summary>What tells of the host in /proc and /sys is neither hidden nor read-only.</summary>
    public bool SystemPathsUnconfined { get; init; }

    /// <summary>What is read as empty, in place of the usual; null is the usual, as <see cref="SystemPathsUnconfined"/> and <see cref="Privileged"/> leave it.</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    /// <summary>What can't be written, in place of the usual; null is the usual, as <see cref="SystemPathsUnconfined"/> and <see cref="Privileged"/> leave it.</summary>
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    /// <summary>The options that say some of these, as they were written; a profile is left out of its own (<see cref="SecurityOptions.Written"/>).</summary>
    public IReadOnlyList<string> WrittenOptions { get; init; } = [];

    /// <summary>It may change its own control groups.</summary>
    public bool WritableCgroups { get; init; }

    /// <summary>The root file system can't be written.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Devices of the host that it has.</summary>
    public IReadOnlyList<DeviceRequest> Devices { get; init; } = [];

    /// <summary>Devices that are asked of drivers: by the names that vendors gave them, and GPUs.</summary>
    public IReadOnlyList<DriverRequest> DriverRequests { get; init; } = [];

    /// <summary>Devices that it may use if it has a node of them: <c>c 10:229 rwm</c>.</summary>
    public IReadOnlyList<string> DeviceRules { get; init; } = [];

    /// <summary>Kernel parameters of its own namespaces.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary><c>host</c>, or <c>container:</c> and whose processes it sees; null is its own.</summary>
    public string? PidMode { get; init; }

    /// <summary><c>host</c>, <c>none</c>, <c>private</c>, <c>shareable</c>, or <c>container:</c> and whose shared memory it has; null is private.</summary>
    public string? IpcMode { get; init; }

    /// <summary><c>host</c> for the host's name; null is its own.</summary>
    public string? UtsMode { get; init; }

    /// <summary><c>auto</c> or <c>auto:size=N</c> for ids of its own; <c>private</c> where they are written out; <c>host</c> and null are the host's.</summary>
    public string? UsernsMode { get; init; }

    /// <summary>Which users of its own are which of the host's: <c>0:100000:65536</c>.</summary>
    public IReadOnlyList<string> UidMaps { get; init; } = [];

    /// <summary>The same of groups; where only one of the two is there it holds for both.</summary>
    public IReadOnlyList<string> GidMaps { get; init; } = [];

    /// <summary><c>host</c> to see the host's control groups; <c>private</c> and null are its own.</summary>
    public string? CgroupnsMode { get; init; }
}

/// <summary>A device, or a directory of them.</summary>
/// <param name="HostPath">Its node on the host.</param>
/// <param name="ContainerPath">Its node in the container.</param>
/// <param name="Access">Of <c>r</c>, <c>w</c> and <c>m</c> (mknod).</param>
public sealed record DeviceRequest(string HostPath, string ContainerPath, string Access);

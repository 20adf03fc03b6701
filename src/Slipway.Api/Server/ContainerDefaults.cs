using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Runtime.Host;

namespace Slipway.Api.Server;

/// <summary>
/// What containers are made with that ask for nothing else: part of their request from then on, so that what is set anew later is only for those that are
/// made later. What holds at each start is the store's (<see cref="Slipway.Engine.Defaults.EngineDefaults"/>).
/// </summary>
public sealed record ContainerDefaults
{
    private const string Builtin = "builtin", Unconfined = "unconfined";

    /// <summary>The IPC mode: <c>private</c> or <c>shareable</c>; null is private.</summary>
    public string? IpcMode { get; init; }

    /// <summary>The cgroup namespace: <c>private</c> or <c>host</c>; null is private.</summary>
    public string? CgroupnsMode { get; init; }

    /// <summary>Bytes of /dev/shm; null: 64 MiB.</summary>
    public long? ShmBytes { get; init; }

    /// <summary>The cgroup that theirs is made in; null: the engine's.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Where output is kept. It may be a driver that isn't there: then each has to name another.</summary>
    public LogRequest Log { get; init; } = LogRequest.Default;

    /// <summary>Whether they start from docker's fourteen capabilities or from our eleven.</summary>
    public bool DockerCapabilities { get; init; } = true;

    /// <summary>Whether no program gets more rights than it was started with.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>A seccomp profile's text; null: the one that is built in.</summary>
    public string? Seccomp { get; init; }

    /// <summary>Whether there is no seccomp profile at all.</summary>
    public bool IsUnconfined { get; init; }

    /// <summary>As <c>info</c> shows the profile.</summary>
    public string SeccompName => IsUnconfined ? Unconfined : Seccomp is null ? Builtin : "custom";

    /// <summary>Reads <c>--seccomp-profile</c>: the two words, or a file.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public ContainerDefaults WithSeccomp(string? profile) => profile switch
    {
        null or Builtin => this,
        Unconfined => this with { IsUnconfined = true },
        _ => this with { Seccomp = File.ReadAllText(profile) },
    };

    /// <summary>The request with all that it doesn't say itself. As with dockerd, a privileged container sees the host's control groups where those are of version 1.</summary>
    public ContainerRequest ApplyTo(ContainerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        SecurityRequest security = request.Security;
        bool ownProfile = security.SeccompUnconfined || security.SeccompProfile is not null || security.Privileged;
        return request with
        {
            Log = LogOf(request.Log),
            Resources = request.Resources with { ShmBytes = request.Resources.ShmBytes ?? ShmBytes, CgroupParent = request.Resources.CgroupParent ?? CgroupParent, EveryController = true },
            Security = security with
            {
                IpcMode = security.IpcMode ?? IpcMode,
                CgroupnsMode = security.CgroupnsMode ?? (security.Privileged && HostCapabilities.Probe().HasFirstCgroups ? "host" : CgroupnsMode),
                DockerCapabilities = DockerCapabilities,
                NoNewPrivileges = security.NoNewPrivileges || NoNewPrivileges,
                SeccompUnconfined = security.SeccompUnconfined || (!ownProfile && IsUnconfined),
                SeccompProfile = ownProfile ? security.SeccompProfile : Seccomp,
            },
        };
    }

    // Options are a driver's: those set here are for containers with the same one.
    private LogRequest LogOf(LogRequest asked)
    {
        if (ReferenceEquals(asked, LogRequest.Default))
            return Log;
        string driver = asked.Driver.Length > 0 ? asked.Driver : Log.Driver;
        return driver != Log.Driver ? asked : new(driver, new Dictionary<string, string>(Log.Options.Where(o => !asked.Options.ContainsKey(o.Key)).Concat(asked.Options)));
    }
}

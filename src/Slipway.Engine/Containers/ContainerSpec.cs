using Slipway.Engine.Networks;
using Slipway.Linux.Capabilities;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;
using Slipway.Runtime.Users;
using Slipway.Store.Images;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Containers;

/// <summary>From what was asked for and what the image says to the configuration that the runtime acts on.</summary>
internal sealed class ContainerSpec(EngineContext context, ContainerRecord record, ImageRecord image)
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const ulong CpuPeriodMicroseconds = 100_000;

    private readonly ContainerRequest _request = record.Request;
    private readonly ExecutionConfig _defaults = image.Config.Config ?? new();

    /// <summary>Whether the container has its writable layer yet.</summary>
    public bool HasLayer { get; init; } = true;

    // The monitor's first descriptor after its launch socket, by which it says in its plan what it joins.
    private const string GivenNamespace = "/proc/self/fd/4";

    private bool HasNamespaceGiven => NetworkManager.IsConnected(_request);

    /// <summary>What it gets of the network; null in a plan of a start, where it can't be known.</summary>
    public StartedNetwork? Network { get; init; }

    /// <summary>The configuration of this start.</summary>
    public RuntimeSpec Build()
    {
        ResolvedUser user = ResolveUser();
        string hostname = _request.Hostname ?? (_request.Network == "host" ? Environment.MachineName : record.ShortId);
        bool ownNetwork = _request.Network != "host";
        IReadOnlyList<string> capabilities = BuildCapabilities();
        return new()
        {
            OciVersion = "1.2.0",
            Hostname = hostname,
            Domainname = _request.Domainname,
            Root = new() { Path = context.Paths.Upper(record.Id), Readonly = _request.ReadOnly ? true : null },
            Process = BuildProcess(user, hostname, capabilities),
            Mounts = [.. DefaultSpec.Mounts(ownNetwork), .. Network?.Mounts ?? [], .. new ContainerVolumes(context).MountsOf(_request)],
            Linux = new()
            {
                Namespaces = HasNamespaceGiven ? [.. DefaultSpec.Namespaces(ownNetwork: false), new() { Type = "network", Path = GivenNamespace }] : DefaultSpec.Namespaces(ownNetwork),
                CgroupsPath = "/slipway/" + record.Id,
                Resources = BuildResources(),
                Seccomp = _request.SeccompUnconfined ? null : DefaultSpec.Seccomp(capabilities),
                Sysctl = ownNetwork ? DefaultSpec.Sysctls : null,
                MaskedPaths = DefaultSpec.MaskedPaths,
                ReadonlyPaths = DefaultSpec.ReadonlyPaths,
            },
        };
    }

    private ProcessSpec BuildProcess(ResolvedUser user, string hostname, IReadOnlyList<string> capabilities)
    {
        return new()
        {
            Args = ContainerCommand.Of(_request, image),
            Cwd = WorkingDirectory(),
            Env = BuildEnvironment(user, hostname),
            User = user.Spec,
            Terminal = _request.Terminal ? true : null,
            NoNewPrivileges = _request.NoNewPrivileges ? true : null,
            Capabilities = DefaultSpec.CapabilitySets(capabilities, user.Spec.Uid),
        };
    }

    private string WorkingDirectory()
    {
        string? wanted = _request.WorkingDirectory ?? _defaults.WorkingDir;
        if (string.IsNullOrEmpty(wanted))
            return "/";
        return wanted.StartsWith('/')
            ? wanted
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"the working directory '{wanted}' is invalid, it needs to be an absolute path");
    }

    private List<string> BuildEnvironment(ResolvedUser user, string hostname)
    {
        List<string> environment = [DefaultPath, "HOSTNAME=" + hostname];
        if (_request.Terminal)
            environment.Add("TERM=xterm");
        foreach (string variable in (IEnumerable<string>)[.. _defaults.Env ?? [], .. _request.Environment])
            EnvironmentList.Set(environment, variable);
        EnvironmentList.SetDefault(environment, "HOME=" + user.Home);
        return environment;
    }

    private IReadOnlyList<string> BuildCapabilities()
    {
        List<string> capabilities = _request.CapDrop.Any(IsAll) ? [] : [.. DefaultSpec.Capabilities];
        if (_request.CapAdd.Any(IsAll))
            capabilities = [.. CapabilityNames.All];
        foreach (string added in _request.CapAdd)
        {
            if (!IsAll(added) && !capabilities.Contains(CapabilityName(added)))
                capabilities.Add(CapabilityName(added));
        }
        foreach (string dropped in _request.CapDrop)
        {
            if (!IsAll(dropped))
                capabilities.Remove(CapabilityName(dropped));
        }
        return capabilities;
    }

    private static bool IsAll(string name) => name.Equals("ALL", StringComparison.OrdinalIgnoreCase);

    private static string CapabilityName(string name)
    {
        string full = name.ToUpperInvariant();
        full = full.StartsWith("CAP_", StringComparison.Ordinal) ? full : "CAP_" + full;
        return CapabilityNames.All.Contains(full)
            ? full
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid capability: unknown capability: \"{full}\"");
    }

    private ResourcesSpec BuildResources()
    {
        long pids = _request.PidsLimit ?? DefaultSpec.PidsLimit;
        return new()
        {
            Memory = _request.MemoryBytes is { } memory ? new() { Limit = memory, Swap = memory * 2 } : null,
            Cpu = _request.NanoCpus is { } cpus ? new() { Period = CpuPeriodMicroseconds, Quota = (long)(cpus / (1_000_000_000m / CpuPeriodMicroseconds)) } : null,
            Pids = new() { Limit = pids },
            Devices = DefaultSpec.DeviceRules,
        };
    }

    // Names are looked up in the files that the container has: the image's, and what it changed itself. Its own directory is only one more
    // to read from here: the end of a writable overlay syncs the whole file system.
    private ResolvedUser ResolveUser()
    {
        string user = _request.User ?? _defaults.User ?? "";
        IReadOnlyList<string> own = HasLayer ? [context.Paths.Upper(record.Id)] : [];
        using DirFd root = new(OverlayMount.OpenDetached([.. own, .. context.LowersOf(image)], null, null));
        return UserResolver.Resolve(root, user, _request.Groups);
    }
}

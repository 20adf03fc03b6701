using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;

namespace Slipway.Engine.Containers.Recreating;

/// <summary>
/// What is to be different of a container that is made again. What is given once in a container replaces what it had; of what can be given several times
/// the new is added, and takes the place of what has the same key: a variable's name, a mount's target, a port of the container.
/// </summary>
/// <param name="Request">What was asked for, as if of a new container.</param>
/// <param name="Given">The flags that were given, by their long names: <c>--privileged</c>.</param>
public sealed record RequestChange(ContainerRequest Request, IReadOnlySet<string> Given)
{
    /// <summary>Nothing is to be different.</summary>
    public static RequestChange None { get; } = new(new ContainerRequest { Image = "" }, new HashSet<string>());

    /// <summary>Ports of the container that are published at one more of the host's, instead of another: <c>-p +8443:443</c>.</summary>
    public IReadOnlyList<PortRequest> MorePorts { get; init; } = [];

    /// <summary>Variables that go: <c>-e NAME-</c>.</summary>
    public IReadOnlyList<string> WithoutVariables { get; init; } = [];

    /// <summary>The request with what is different.</summary>
    public ContainerRequest Apply(ContainerRequest old) => old with
    {
        Entrypoint = Request.Entrypoint ?? old.Entrypoint,
        Command = Request.Command ?? old.Command,
        Environment = Environment(old.Environment),
        WorkingDirectory = Request.WorkingDirectory ?? old.WorkingDirectory,
        User = Request.User ?? old.User,
        Groups = Union(old.Groups, Request.Groups),
        Init = Request.Init ?? old.Init,
        Terminal = Chosen("--tty", Request.Terminal, old.Terminal),
        ConsoleSize = Request.ConsoleSize ?? old.ConsoleSize,
        Interactive = Chosen("--interactive", Request.Interactive, old.Interactive),
        Attached = Request.Attached ?? old.Attached,
        Mounts = ByKey(old.Mounts, Request.Mounts, static m => m.Target),
        VolumesFrom = Union(old.VolumesFrom, Request.VolumesFrom),
        Hostname = Request.Hostname ?? old.Hostname,
        Domainname = Request.Domainname ?? old.Domainname,
        Network = Given.Contains("--network") ? Request.Network : old.Network,
        Attachments = Given.Contains("--network") ? Request.Attachments : Attachments(old),
        Ports = [.. old.Ports.Where(p => !Request.Ports.Any(n => n.Key == p.Key)), .. Request.Ports, .. MorePorts],
        PublishAll = Chosen("--publish-all", Request.PublishAll, old.PublishAll),
        ExposedPorts = Union(old.ExposedPorts, Request.ExposedPorts),
        DnsServers = Request.DnsServers.Count > 0 ? Request.DnsServers : old.DnsServers,
        DnsSearch = Request.DnsSearch.Count > 0 ? Request.DnsSearch : old.DnsSearch,
        DnsOptions = Request.DnsOptions.Count > 0 ? Request.DnsOptions : old.DnsOptions,
        ExtraHosts = ByKey(old.ExtraHosts, Request.ExtraHosts, static h => h.Split(':')[0]),
        Labels = With(old.Labels, Request.Labels),
        Annotations = With(old.Annotations, Request.Annotations),
        NetworkDisabled = Given.Contains("--network") ? Request.NetworkDisabled : old.NetworkDisabled,
        Shell = Request.Shell ?? old.Shell,
        OnBuild = Request.OnBuild ?? old.OnBuild,
        ContainerIdFile = Request.ContainerIdFile ?? old.ContainerIdFile,
        Runtime = Request.Runtime ?? old.Runtime,
        Isolation = Request.Isolation ?? old.Isolation,
        VolumeDriver = Request.VolumeDriver ?? old.VolumeDriver,
        AutoRemove = Chosen("--rm", Request.AutoRemove, old.AutoRemove),
        Restart = Given.Contains("--restart") ? Request.Restart : old.Restart,
        Health = Request.Health ?? old.Health,
        Log = Log(old.Log),
        StopSignal = Request.StopSignal ?? old.StopSignal,
        StopTimeout = Request.StopTimeout ?? old.StopTimeout,
        Resources = Resources(old.Resources, Request.Resources),
        Security = Security(old.Security, Request.Security),
    };

    private List<string> Environment(IReadOnlyList<string> old)
    {
        List<string> environment = [.. old];
        foreach (string variable in Request.Environment)
            EnvironmentList.Set(environment, variable);
        environment.RemoveAll(v => WithoutVariables.Contains(v.Split('=')[0]));
        return environment;
    }

    // Aliases and addresses alone are said of the first network that it has.
    private IReadOnlyList<NetworkAttachment>? Attachments(ContainerRequest old)
    {
        if (Request.Attachments is not [var more, ..])
            return old.Attachments;
        NetworkAttachment first = old.Attachments is [var known, ..] ? known : new() { Network = old.Network };
        first = first with
        {
            Aliases = Union(first.Aliases, more.Aliases),
            Ipv4Address = more.Ipv4Address ?? first.Ipv4Address,
            Ipv6Address = more.Ipv6Address ?? first.Ipv6Address,
            MacAddress = more.MacAddress ?? first.MacAddress,
            LinkLocalAddresses = Union(first.LinkLocalAddresses, more.LinkLocalAddresses),
            Links = Union(first.Links, more.Links),
        };
        return [first, .. old.Attachments?.Skip(1) ?? []];
    }

    private LogRequest Log(LogRequest old) =>
        Given.Contains("--log-driver") ? Request.Log
        : Request.Log.Options.Count > 0 ? old with { Options = With(old.Options, Request.Log.Options) }
        : old;

    private ResourceRequest Resources(ResourceRequest old, ResourceRequest change) => old with
    {
        MemoryBytes = change.MemoryBytes ?? old.MemoryBytes,
        MemoryReservation = change.MemoryReservation ?? old.MemoryReservation,
        MemorySwap = change.MemorySwap ?? old.MemorySwap,
        MemorySwappiness = change.MemorySwappiness ?? old.MemorySwappiness,
        OomKillDisable = Chosen("--oom-kill-disable", change.OomKillDisable, old.OomKillDisable),
        OomScoreAdj = change.OomScoreAdj ?? old.OomScoreAdj,
        NanoCpus = change.NanoCpus ?? old.NanoCpus,
        CpuShares = change.CpuShares ?? old.CpuShares,
        CpuPeriod = change.CpuPeriod ?? old.CpuPeriod,
        CpuQuota = change.CpuQuota ?? old.CpuQuota,
        CpuRealtimePeriod = change.CpuRealtimePeriod ?? old.CpuRealtimePeriod,
        CpuRealtimeRuntime = change.CpuRealtimeRuntime ?? old.CpuRealtimeRuntime,
        CpusetCpus = change.CpusetCpus ?? old.CpusetCpus,
        CpusetMems = change.CpusetMems ?? old.CpusetMems,
        PidsLimit = change.PidsLimit ?? old.PidsLimit,
        BlkioWeight = change.BlkioWeight ?? old.BlkioWeight,
        BlkioWeightDevices = ByKey(old.BlkioWeightDevices, change.BlkioWeightDevices, static d => d.Path),
        DeviceReadBps = ByKey(old.DeviceReadBps, change.DeviceReadBps, static d => d.Path),
        DeviceWriteBps = ByKey(old.DeviceWriteBps, change.DeviceWriteBps, static d => d.Path),
        DeviceReadIops = ByKey(old.DeviceReadIops, change.DeviceReadIops, static d => d.Path),
        DeviceWriteIops = ByKey(old.DeviceWriteIops, change.DeviceWriteIops, static d => d.Path),
        Ulimits = ByKey(old.Ulimits, change.Ulimits, static u => u.Name),
        ShmBytes = change.ShmBytes ?? old.ShmBytes,
        CgroupParent = change.CgroupParent ?? old.CgroupParent,
    };

    private SecurityRequest Security(SecurityRequest old, SecurityRequest change)
    {
        // These three say one thing together.
        bool asksForUsers = change.UsernsMode is not null || change.UidMaps.Count > 0 || change.GidMaps.Count > 0;
        SecurityRequest wanted = old with
        {
            Privileged = Chosen("--privileged", change.Privileged, old.Privileged),
            ReadOnly = Chosen("--read-only", change.ReadOnly, old.ReadOnly),
            CapAdd = Union([.. old.CapAdd.Except(change.CapDrop)], change.CapAdd),
            CapDrop = Union([.. old.CapDrop.Except(change.CapAdd)], change.CapDrop),
            Devices = ByKey(old.Devices, change.Devices, static d => d.ContainerPath),
            DriverRequests = change.DriverRequests.Count > 0 ? change.DriverRequests : old.DriverRequests,
            DeviceRules = Union(old.DeviceRules, change.DeviceRules),
            Sysctls = With(old.Sysctls, change.Sysctls),
            PidMode = change.PidMode ?? old.PidMode,
            IpcMode = change.IpcMode ?? old.IpcMode,
            UtsMode = change.UtsMode ?? old.UtsMode,
            UsernsMode = asksForUsers ? change.UsernsMode : old.UsernsMode,
            UidMaps = asksForUsers ? change.UidMaps : old.UidMaps,
            GidMaps = asksForUsers ? change.GidMaps : old.GidMaps,
            CgroupnsMode = change.CgroupnsMode ?? old.CgroupnsMode,
        };
        // These are one flag, and what it says is said of all of them.
        return !Given.Contains("--security-opt") ? wanted : wanted with
        {
            NoNewPrivileges = change.NoNewPrivileges,
            SeccompUnconfined = change.SeccompUnconfined,
            SeccompProfile = change.SeccompProfile,
            AppArmorProfile = change.AppArmorProfile,
            SelinuxOptions = change.SelinuxOptions,
            SystemPathsUnconfined = change.SystemPathsUnconfined,
            MaskedPaths = change.MaskedPaths,
            ReadonlyPaths = change.ReadonlyPaths,
            WritableCgroups = change.WritableCgroups,
            WrittenOptions = change.WrittenOptions,
        };
    }

    private bool Chosen(string flag, bool wanted, bool old) => Given.Contains(flag) ? wanted : old;

    private static List<string> Union(IReadOnlyList<string> old, IReadOnlyList<string> more) => [.. old.Union(more)];

    private static List<T> ByKey<T>(IReadOnlyList<T> old, IReadOnlyList<T> more, Func<T, string> key) =>
        [.. old.Select(o => more.FirstOrDefault(m => key(m) == key(o)) ?? o), .. more.Where(m => !old.Any(o => key(o) == key(m)))];

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> old, IReadOnlyDictionary<string, string> more)
    {
        var all = new Dictionary<string, string>(old);
        foreach ((string key, string value) in more)
            all[key] = value;
        return all;
    }
}

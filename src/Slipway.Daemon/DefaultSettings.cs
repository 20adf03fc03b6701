using System.Globalization;
using System.Net;
using Slipway.Api.Server;
using Slipway.Daemon.Configuration;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Defaults;
using Slipway.Engine.Devices;
using Slipway.Engine.Networks;
using Slipway.Oci;

namespace Slipway.Daemon;

/// <summary>The settings of containers and networks that ask for nothing else, as API and store take them.</summary>
internal sealed class DefaultSettings(SettingValues settings)
{
    private const string BridgeDriver = "bridge";

    /// <summary>The flags that say how the default network is.</summary>
    public static IReadOnlyList<string> Networks { get; } =
    [
        SettingTable.Bridge, SettingTable.BridgeAddress, SettingTable.FixedRange, SettingTable.FixedRange6, SettingTable.Gateway, SettingTable.Gateway6, SettingTable.Ipv6, SettingTable.AddressPool,
    ];

    /// <summary>For the store: what holds at each start, and for networks.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: something is not what it should be.</exception>
    public EngineDefaults Store => new()
    {
        Ulimits = [.. settings[SettingTable.DefaultUlimit].Select(text => (text, UlimitParser.Parse(text)).text)],
        Init = settings.Switch(SettingTable.Init),
        DnsServers = [.. settings[SettingTable.Dns].Select(server => Address(SettingTable.Dns, server))],
        DnsSearch = settings[SettingTable.DnsSearch],
        DnsOptions = settings[SettingTable.DnsOption],
        HostGateway = settings.Text(SettingTable.HostGateway) is { } gateway ? Address(SettingTable.HostGateway, gateway) : null,
        RelaysPorts = settings.Switch(SettingTable.UserlandProxy, otherwise: true),
        CdiDirectories = !settings.HasFeature("cdi") ? [] : settings.IsSaid(SettingTable.CdiDirectory) ? [.. settings[SettingTable.CdiDirectory].Where(directory => directory.Length > 0)] : CdiRegistry.UsualDirectories,
        Pools = [.. settings[SettingTable.AddressPool].Select(AddressPool.Parse)],
        NetworkOptions = NetworkOptions(),
        Network = Network(),
    };

    /// <summary>For the API: what containers are made with.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: something is not what it should be.</exception>
    public ContainerDefaults Api
    {
        get
        {
            var log = new LogRequest(settings.Text(SettingTable.LogDriver) ?? LogRequest.Default.Driver, Pairs(SettingTable.LogOption));
            // A daemon starts with one of docker's that is not here: then each container has to name another.
            if (!log.IsElsewhere)
                log.Check();
            return new ContainerDefaults
            {
                IpcMode = Mode(SettingTable.DefaultIpcMode, "IPC", "private", "shareable"),
                CgroupnsMode = Mode(SettingTable.DefaultCgroupnsMode, "cgroup namespace", "private", "host"),
                ShmBytes = settings.Text(SettingTable.DefaultShmSize) is { } size ? SizeText.Parse(size) : null,
                CgroupParent = settings.Text(SettingTable.CgroupParent),
                Log = settings.IsSaid(SettingTable.LogDriver) || settings.IsSaid(SettingTable.LogOption) ? log : LogRequest.Default,
                DockerCapabilities = settings.HasFeature("docker-capabilities"),
                NoNewPrivileges = settings.Switch(SettingTable.NoNewPrivileges),
            }.WithSeccomp(settings.Text(SettingTable.Seccomp));
        }
    }

    /// <summary>For the API: what containers may ask to be run by.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a name is one of ours, or nothing is known by it.</exception>
    public RuntimeNames Runtimes
    {
        get
        {
            var names = new RuntimeNames(Pairs(SettingTable.Runtime), settings.Text(SettingTable.DefaultRuntime));
            if (names.Registered.Keys.FirstOrDefault(RuntimeNames.IsReserved) is { } reserved)
                throw Invalid($"runtime name '{reserved}' is reserved");
            return names.Default is not { } usual || names.Knows(usual) ? names : throw Invalid($"specified default runtime '{Linux.Printable.Escape(usual)}' does not exist");
        }
    }

    private string? Mode(string flag, string what, params ReadOnlySpan<string> modes) => settings.Text(flag) is not { } mode || modes.Contains(mode) ? settings.Text(flag)
        : throw Invalid($"default {what} mode setting ({Linux.Printable.Escape(mode)}) is not supported: --{flag} is {string.Join(" or ", modes)}");

    private DefaultNetwork Network()
    {
        Dictionary<string, string> options = [];
        if (settings.Text(SettingTable.Mtu) is { } mtu and not "0")
            options[NetworkOptionNames.Mtu] = mtu;
        if (!settings.Switch(SettingTable.Masquerade, otherwise: true))
            options[NetworkOptionNames.Masquerade] = "false";
        if (!settings.Switch(SettingTable.AmongContainers, otherwise: true))
            options[NetworkOptionNames.AmongContainers] = "false";
        if (settings.Text(SettingTable.PublishAddress) is { } address && !IPAddress.Any.ToString().Equals(address, StringComparison.Ordinal))
            options[NetworkOptionNames.HostAddress] = Address(SettingTable.PublishAddress, address);
        string? bridge = settings.Text(SettingTable.Bridge);
        return new()
        {
            Disabled = bridge == "none",
            Bridge = bridge is "none" ? null : bridge,
            TakesDockersName = Program.IsCalledDockerd && bridge is null or "none",
            Address = settings.Text(SettingTable.BridgeAddress),
            Range = settings.Text(SettingTable.FixedRange),
            Gateway = settings.Text(SettingTable.Gateway) is { } four ? Address(SettingTable.Gateway, four) : null,
            Ipv6 = settings.Switch(SettingTable.Ipv6),
            Range6 = settings.Text(SettingTable.FixedRange6),
            Gateway6 = settings.Text(SettingTable.Gateway6) is { } six ? Address(SettingTable.Gateway6, six) : null,
            Options = options,
        };
    }

    // bridge=key=value; other drivers are not here.
    private Dictionary<string, string> NetworkOptions()
    {
        Dictionary<string, string> options = [];
        foreach (string text in settings[SettingTable.NetworkOption])
        {
            string[] parts = text.Split('=', 3);
            if (parts.Length < 3)
                throw Invalid($"invalid --{SettingTable.NetworkOption} '{Linux.Printable.Escape(text)}': want DRIVER=KEY=VALUE");
            if (parts[0] == BridgeDriver)
                options[parts[1]] = parts[2];
        }
        return options;
    }

    private Dictionary<string, string> Pairs(string flag)
    {
        Dictionary<string, string> pairs = [];
        foreach (string[] pair in settings[flag].Select(text => text.Split('=', 2)))
            pairs[pair[0]] = pair.Length == 2 ? pair[1] : throw Invalid($"invalid --{flag} '{Linux.Printable.Escape(pair[0])}': want KEY=VALUE");
        return pairs;
    }

    private static string Address(string flag, string text) => IPAddress.TryParse(text, out IPAddress? address)
        ? address.ToString() : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"invalid argument \"{Linux.Printable.Escape(text)}\" for \"--{flag}\" flag: it is an address"));

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}

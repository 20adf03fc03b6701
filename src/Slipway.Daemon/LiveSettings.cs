using System.Globalization;
using Slipway.Api.Server;
using Slipway.Daemon.Configuration;
using Slipway.Daemon.Logging;
using Slipway.Engine;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Registry.Endpoints;

namespace Slipway.Daemon;

/// <summary>The settings that may change while the daemon runs: at SIGHUP they are read again.</summary>
internal sealed class LiveSettings(SettingValues settings, LogWriter log)
{
    private static readonly string[] s_live = [SettingTable.Debug, SettingTable.Label, SettingTable.InsecureRegistry, SettingTable.RegistryMirror, SettingTable.DefaultUlimit, SettingTable.LogLevel];

    /// <summary>The least of what is logged.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not a level.</exception>
    public static LogLevel LowestLevel(SettingValues settings) =>
        settings.Switch(SettingTable.Debug) ? LogLevel.Debug : LogLevels.Parse(settings.Text(SettingTable.LogLevel) ?? "info");

    /// <summary>What holds, by dockerd's names, for its event and the log.</summary>
    public IReadOnlyDictionary<string, string> Names => s_live.ToDictionary(
        flag => SettingTable.Find(flag)!.Key!, flag => string.Join(',', settings[flag]));

    /// <summary>What holds for registries: by the reader of the configuration files, which knows what a mirror may be.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a registry or mirror is none.</exception>
    public RegistryConfig Registries => RegistryConfigFile.Parse(
        JsonWriter.Document(settings, static (json, all) =>
        {
            json.Write("insecure-registries"u8, all[SettingTable.InsecureRegistry]);
            json.Write("registry-mirrors"u8, all[SettingTable.RegistryMirror]);
        }), "the daemon's settings");

    /// <summary>What the server says of itself.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a limit is none.</exception>
    public ApiOptions Api => new()
    {
        Version = DaemonRun.Version,
        Labels = settings[SettingTable.Label],
        DefaultUlimits = [.. settings[SettingTable.DefaultUlimit].Select(UlimitParser.Parse)],
        DefaultIpcMode = Mode(SettingTable.DefaultIpcMode, "private", "shareable"),
        DefaultCgroupnsMode = Mode(SettingTable.DefaultCgroupnsMode, "private", "host"),
        Debug = log.Lowest is LogLevel.Debug,
        Audit = Audit,
        Failed = (what, error) => log.Write(LogLevel.Error, $"Handler for {what} returned error: {Linux.ErrorText.Of(error)}", ("kind", (error as SlipwayException)?.Kind.ToString() ?? error.GetType().Name)),
    };

    private string? Mode(string flag, params ReadOnlySpan<string> modes) => settings.Text(flag) is not { } mode || modes.Contains(mode) ? settings.Text(flag)
        : throw new SlipwayException(ErrorKind.InvalidArgument, $"{flag}: '{Linux.Printable.Escape(mode)}' is neither {string.Join(" nor ", modes)}");

    private void Audit(AuditRecord record) => log.Write(
        LogLevel.Info, "audit", ("caller", record.Caller), ("method", record.Method), ("target", record.Target),
        ("status", record.Status.ToString(CultureInfo.InvariantCulture)), ("ms", ((long)record.Took.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)));

    /// <summary>Puts them in place. What is wrong with one is found before anything changes.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: something is.</exception>
    public void Apply(SlipwayEngine engine, ApiServer server)
    {
        LogLevel lowest = LowestLevel(settings);
        RegistryConfig registries = Registries;
        ApiOptions api = Api with { Debug = lowest is LogLevel.Debug };
        log.Lowest = lowest;
        server.Reload(api);
        engine.Reload(registries, Names);
    }
}

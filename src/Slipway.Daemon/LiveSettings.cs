using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Slipway.Api.Server;
using Slipway.Daemon.Configuration;
using Slipway.Daemon.Logging;
using Slipway.Engine;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Defaults;
using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Registry.Endpoints;

namespace Slipway.Daemon;

/// <summary>The settings that may change while the daemon runs: at SIGHUP they are read again. The default network is as it was at the start.</summary>
internal sealed class LiveSettings(SettingValues settings, LogWriter log)
{
    private const int UsualAttempts = 5, UsualShutdown = 15;

    /// <summary>The least of what is logged.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not a level.</exception>
    public static LogLevel LowestLevel(SettingValues settings) =>
        settings.Switch(SettingTable.Debug) ? LogLevel.Debug : LogLevels.Parse(settings.Text(SettingTable.LogLevel) ?? "info");

    /// <summary>What holds, by dockerd's names and as it writes them, for its event and the log.</summary>
    public IReadOnlyDictionary<string, string> Names => new Dictionary<string, string>
    {
        ["allow-nondistributable-artifacts"] = List(settings[SettingTable.Nondistributable]),
        ["debug"] = settings.Switch(SettingTable.Debug) ? "true" : "false",
        ["default-ipc-mode"] = settings.Text(SettingTable.DefaultIpcMode) ?? "private",
        ["default-runtime"] = Defaults.Runtimes.Default ?? RuntimeNames.Dockers,
        ["default-shm-size"] = (Defaults.Api.ShmBytes ?? ResourceRequest.UsualShmBytes).ToString(CultureInfo.InvariantCulture),
        ["default-ulimits"] = List(settings[SettingTable.DefaultUlimit]),
        ["features"] = List(settings[SettingTable.Features]),
        ["insecure-registries"] = List(settings[SettingTable.InsecureRegistry]),
        ["labels"] = List(settings[SettingTable.Label]),
        ["live-restore"] = "true",
        ["log-level"] = settings.Text(SettingTable.LogLevel) ?? "info",
        ["max-concurrent-downloads"] = Number(Downloads),
        ["max-concurrent-uploads"] = Number(Uploads),
        ["max-download-attempts"] = Number(settings.Number(SettingTable.DownloadAttempts, UsualAttempts)),
        ["registry-mirrors"] = List(settings[SettingTable.RegistryMirror]),
        ["runtimes"] = string.Join(',', Defaults.Runtimes.Registered.Keys.Prepend(RuntimeNames.Dockers)),
        ["shutdown-timeout"] = Number(ShutdownTimeout),
    };

    /// <summary>What holds for registries: by the reader of the configuration files, which knows what a mirror may be.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a registry or mirror is none.</exception>
    public RegistryConfig Registries => RegistryConfigFile.Parse(
        JsonWriter.Document(settings, static (json, all) =>
        {
            json.Write("insecure-registries"u8, all[SettingTable.InsecureRegistry]);
            json.Write("registry-mirrors"u8, all[SettingTable.RegistryMirror]);
        }), "the daemon's settings");

    /// <summary>What the server says of itself.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: something is not what it should be.</exception>
    public ApiOptions Api => new()
    {
        Version = DaemonRun.Version,
        Labels = settings[SettingTable.Label],
        Defaults = Defaults.Api,
        Runtimes = Defaults.Runtimes,
        PrefersBuildKit = settings.HasFeature("buildkit"),
        TellsSnapshotter = settings.HasFeature("containerd-snapshotter"),
        Debug = log.Lowest is LogLevel.Debug,
        Audit = Audit,
        Failed = (what, error) => log.Write(LogLevel.Error, $"Handler for {what} returned error: {Linux.ErrorText.Of(error)}", [("kind", (error as SlipwayException)?.Kind.ToString() ?? error.GetType().Name), .. Trace(error)]),
    };

    /// <summary>Seconds; nothing waits for them.</summary>
    public int ShutdownTimeout => settings.Number(SettingTable.ShutdownTimeout, UsualShutdown);

    private DefaultSettings Defaults => new(settings);

    // Where an error came from that nobody foresaw; in a line, as everything in the log.
    private static (string Key, string Value)[] Trace(Exception error) =>
        error is SlipwayException or OperationCanceledException or IOException || error.StackTrace is not { } trace ? [] : [("trace", string.Join("; ", trace.Split('\n').Select(line => line.Trim())))];

    private int Downloads => settings.Number(SettingTable.Downloads, RegistryManager.UsualDownloads);

    private int Uploads => settings.Number(SettingTable.Uploads, RegistryManager.UsualUploads);

    /// <summary>Puts in place what holds from the start on.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, NotFound: the default network can't be as it was asked for.</exception>
    public void Begin(SlipwayEngine engine)
    {
        SetTransfers(engine, "");
        if (!engine.SetDefaults(Defaults.Store))
            log.Write(LogLevel.Warn, "The default network stays as it is: containers that run are in it. Stop them, and start the daemon again");
    }

    /// <summary>Puts them in place. What is wrong with one is found before anything changes.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: something is.</exception>
    public void Apply(SlipwayEngine engine, ApiServer server)
    {
        LogLevel lowest = LowestLevel(settings);
        RegistryConfig registries = Registries;
        ApiOptions api = Api with { Debug = lowest is LogLevel.Debug };
        EngineDefaults store = Defaults.Store;
        IReadOnlyDictionary<string, string> names = Names;
        log.Lowest = lowest;
        server.Reload(api);
        engine.Registries.Given = registries;
        SetTransfers(engine, "Reset ");
        log.Write(LogLevel.Debug, $"Reset Shutdown Timeout: {ShutdownTimeout}");
        engine.SetStartDefaults(store);
        engine.NoteReload(names);
    }

    /// <summary>All that was set, as one line of the log has it; without passwords.</summary>
    public string Summary => new JsonObject([.. SettingTable.All.Where(s => s.Key is not null && settings.IsSaid(s.Flag)).Select(s => KeyValuePair.Create(s.Key!, (JsonNode?)settings.Show(s)))]).ToJsonString();

    private void SetTransfers(SlipwayEngine engine, string how)
    {
        engine.Registries.DownloadsAtOnce = Downloads;
        engine.Registries.UploadsAtOnce = Uploads;
        log.Write(LogLevel.Debug, $"{how}Max Concurrent Downloads: {Downloads}");
        log.Write(LogLevel.Debug, $"{how}Max Concurrent Uploads: {Uploads}");
    }

    private void Audit(AuditRecord record) => log.Write(
        LogLevel.Info, "audit", ("caller", record.Caller), ("method", record.Method), ("target", record.Target),
        ("status", record.Status.ToString(CultureInfo.InvariantCulture)), ("ms", ((long)record.Took.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // A list in JSON: what is in it may have commas.
    private static string List(IEnumerable<string> values) => $"[{string.Join(',', values.Select(v => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(v)}\""))}]";
}

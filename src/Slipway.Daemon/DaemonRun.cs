using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Slipway.Api.Server;
using Slipway.Daemon.Configuration;
using Slipway.Daemon.Listening;
using Slipway.Daemon.Logging;
using Slipway.Engine;
using Slipway.Engine.Containers.Requests;
using Slipway.Linux.Memory;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Registry.Endpoints;

namespace Slipway.Daemon;

/// <summary>One life of the daemon: from its settings to its end.</summary>
internal sealed class DaemonRun(SettingValues settings, LogWriter log)
{
    private const string DefaultHost = "unix:///var/run/docker.sock";
    private const int EnoughThreads = 128, Heaps = 2;

    public static string Version { get; } =
        typeof(DaemonRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Serves until SIGTERM or SIGINT.</summary>
    public async Task ServeAsync()
    {
        EngineOptions options = Options();
        var opener = new SocketOpener(TlsFiles.Load(settings), SocketGroup.Find(GroupName()));
        IReadOnlyList<string> hosts = settings[SettingTable.Host] is { Count: > 0 } named ? named : [DefaultHost];
        if (settings.Switch(SettingTable.Validate))
        {
            Console.Out.WriteLine("configuration OK");
            return;
        }
        // The pool makes a thread more only twice a second beyond this, and requests wait in the kernel for each other's locks.
        NativeHeap.ShareBetweenThreads(Heaps);
        ThreadPool.SetMinThreads(EnoughThreads, EnoughThreads);
        using PidFile? pidFile = PidFile.Write(settings.Text(SettingTable.PidFile));
        using SlipwayEngine engine = SlipwayEngine.Open(options);
        ApiListener[] listeners = [.. hosts.SelectMany(opener.Open)];
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        var server = new ApiServer(engine, ApiOptions(), listeners);
        foreach (ApiListener listener in listeners)
            log.Write(LogLevel.Info, "API listen on " + listener.Address);
        ServiceManager.Say("READY=1");
        await server.RunAsync(stop.Token).ConfigureAwait(false);
        ServiceManager.Say("STOPPING=1");
        foreach (string path in hosts.Where(h => h.StartsWith("unix://", StringComparison.Ordinal)).Select(h => h["unix://".Length..]))
            File.Delete(path);
        log.Write(LogLevel.Info, "Daemon shutdown complete; containers go on");
    }

    private void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        log.Write(LogLevel.Info, $"Processing signal '{context.Signal}'");
        stop.Cancel();
    }

    private EngineOptions Options()
    {
        EngineOptions options = EngineOptions.Resolve(settings.Text(SettingTable.DataRoot), settings.Text(SettingTable.ExecRoot));
        options = options with { Registries = Registries() };
        // What goes on where its caller has ended is slip's: it stands beside us.
        string slip = Path.Combine(AppContext.BaseDirectory, "slip");
        return File.Exists(slip) ? options with { CliPath = slip } : options;
    }

    // By the reader of the configuration files, which knows what a mirror may be.
    private RegistryConfig Registries() => RegistryConfigFile.Parse(
        JsonWriter.Document(settings, static (json, all) =>
        {
            json.Write("insecure-registries"u8, all[SettingTable.InsecureRegistry]);
            json.Write("registry-mirrors"u8, all[SettingTable.RegistryMirror]);
        }), "the daemon's settings");

    private string? GroupName() => settings[SettingTable.Group] is [.., var last] ? last : null;

    private ApiOptions ApiOptions() => new()
    {
        Version = Version,
        Labels = settings[SettingTable.Label],
        DefaultUlimits = [.. settings[SettingTable.DefaultUlimit].Select(UlimitParser.Parse)],
        Debug = log.Lowest is LogLevel.Debug,
        Audit = Audit,
        Failed = (what, error) => log.Write(LogLevel.Error, $"Handler for {what} returned error: {Linux.ErrorText.Of(error)}", ("kind", (error as SlipwayException)?.Kind.ToString() ?? error.GetType().Name)),
    };

    private void Audit(AuditRecord record) => log.Write(
        LogLevel.Info, "audit", ("caller", record.Caller), ("method", record.Method), ("target", record.Target),
        ("status", record.Status.ToString(CultureInfo.InvariantCulture)), ("ms", ((long)record.Took.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)));
}

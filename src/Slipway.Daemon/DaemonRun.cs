using System.Reflection;
using System.Runtime.InteropServices;
using Slipway.Api.Server;
using Slipway.Daemon.Configuration;
using Slipway.Daemon.Listening;
using Slipway.Daemon.Logging;
using Slipway.Engine;
using Slipway.Linux.Memory;
using Slipway.Oci;

namespace Slipway.Daemon;

/// <summary>One life of the daemon: from its settings to its end.</summary>
/// <param name="settings">As they were at its start.</param>
/// <param name="read">Reads them again.</param>
/// <param name="log">Where it says what happens.</param>
internal sealed class DaemonRun(SettingValues settings, Func<SettingValues> read, LogWriter log)
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
        var server = new ApiServer(engine, new LiveSettings(settings, log).Api, listeners);
        using PosixSignalRegistration reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Reload(context, engine, server));
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

    // As dockerd does it: what can change while it runs, and all of it or nothing.
    private void Reload(PosixSignalContext context, SlipwayEngine engine, ApiServer server)
    {
        context.Cancel = true;
        try
        {
            var live = new LiveSettings(read(), log);
            live.Apply(engine, server);
            log.Write(LogLevel.Info, "Reloaded configuration", [.. live.Names.Select(n => (n.Key, n.Value))]);
        }
        catch (Exception e) when (e is SlipwayException or IOException or UnauthorizedAccessException)
        {
            log.Write(LogLevel.Error, $"reload: the settings stay as they were: {Linux.ErrorText.Of(e)}");
        }
    }

    private EngineOptions Options()
    {
        EngineOptions options = EngineOptions.Resolve(settings.Text(SettingTable.DataRoot), settings.Text(SettingTable.ExecRoot));
        options = options with { Registries = new LiveSettings(settings, log).Registries };
        // What goes on where its caller has ended is slip's: it stands beside us.
        string slip = Path.Combine(AppContext.BaseDirectory, "slip");
        return File.Exists(slip) ? options with { CliPath = slip } : options;
    }

    private string? GroupName() => settings[SettingTable.Group] is [.., var last] ? last : null;
}

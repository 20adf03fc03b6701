using System.Runtime.InteropServices;
using Slipway.Api.Server;
using Slipway.Daemon.Configuration;
using Slipway.Daemon.Listening;
using Slipway.Daemon.Logging;
using Slipway.Engine;
using Slipway.Engine.Inspecting;
using Slipway.Linux.Memory;
using Slipway.Oci;

namespace Slipway.Daemon;

/// <summary>One life of the daemon: from its settings to its end.</summary>
/// <param name="settings">As they were at its start.</param>
/// <param name="read">Reads them again.</param>
/// <param name="log">Where it says what happens.</param>
internal sealed class DaemonRun(SettingValues settings, Func<SettingValues> read, LogWriter log)
{
    // The second where TLS was asked for, as with dockerd.
    private const string DefaultHost = "unix:///var/run/docker.sock", DefaultTlsHost = "tcp://localhost:2376";
    private const int EnoughThreads = 128, Heaps = 2;

    public static ProgramVersion Version { get; } = ProgramVersion.Of(typeof(DaemonRun).Assembly);

    /// <summary>Serves until SIGTERM or SIGINT.</summary>
    public async Task ServeAsync()
    {
        SettingCheck.Check(settings);
        var live = new LiveSettings(settings, log);
        EngineOptions options = Options(live);
        ApiOptions api = live.Api;
        var opener = new SocketOpener(TlsFiles.Load(settings), SocketGroup.Find(GroupName()));
        IReadOnlyList<string> hosts = settings[SettingTable.Host] is { Count: > 0 } named ? named : [TlsFiles.AreAskedFor(settings) ? DefaultTlsHost : DefaultHost];
        foreach (string host in hosts)
            opener.Check(host);
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
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        // Before anybody can see us: who asks us to read again while we begin is answered once we have begun.
        var begun = new TaskCompletionSource<ApiServer>();
        using PosixSignalRegistration reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Reload(context, engine, begun.Task));
        ApiListener[] listeners = [.. hosts.SelectMany(opener.Open)];
        engine.KeepId();
        live.Begin(engine);
        EnsureDefaultNetwork(engine);
        engine.Containers.StartAll(
            record => log.Write(LogLevel.Info, "Started after its restart policy", ("container", record.Name)),
            (record, error) => log.Write(LogLevel.Error, $"Failed to start container: {Linux.ErrorText.Of(error)}", ("container", record.Name)));
        var server = new ApiServer(engine, api, listeners);
        begun.SetResult(server);
        foreach (ApiListener listener in listeners)
            log.Write(LogLevel.Info, "API listen on " + listener.Address);
        log.Write(LogLevel.Info, "Daemon has completed initialization");
        ServiceManager.Say("READY=1");
        await server.RunAsync(stop.Token).ConfigureAwait(false);
        ServiceManager.Say("STOPPING=1");
        log.Write(LogLevel.Debug, $"daemon configured with a {live.ShutdownTimeout} seconds minimum shutdown timeout");
        foreach (string path in hosts.Where(h => h.StartsWith("unix://", StringComparison.Ordinal)).Select(h => h["unix://".Length..]))
            File.Delete(path);
        ReleaseDefaultNetwork(engine);
        log.Write(LogLevel.Info, "Daemon shutdown complete; containers go on");
    }

    private void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        log.Write(LogLevel.Info, $"Processing signal '{context.Signal}'");
        stop.Cancel();
    }

    // As dockerd does it: what can change while it runs, and all of it or nothing.
    private void Reload(PosixSignalContext context, SlipwayEngine engine, Task<ApiServer> begun)
    {
        context.Cancel = true;
        try
        {
            SettingValues again = read();
            SettingCheck.Check(again);
            var live = new LiveSettings(again, log);
            live.Apply(engine, begun.GetAwaiter().GetResult());
            log.Write(LogLevel.Info, $"Reloaded configuration: {live.Summary}");
        }
        catch (Exception e) when (e is SlipwayException or IOException or UnauthorizedAccessException)
        {
            log.Write(LogLevel.Error, $"reload: the settings stay as they were: {Linux.ErrorText.Of(e)}");
        }
    }

    // Made here, so that who looks finds it as with dockerd; where it can't be, only those fail who want it. Unless it was asked for.
    private void EnsureDefaultNetwork(SlipwayEngine engine)
    {
        try
        {
            engine.Networks.EnsureDefault();
        }
        catch (SlipwayException e) when (!DefaultSettings.Networks.Any(settings.IsSaid))
        {
            log.Write(LogLevel.Warn, $"There is no default network yet: {e.Message}");
        }
    }

    // Of no use to anybody, it is made again when it is of any.
    private void ReleaseDefaultNetwork(SlipwayEngine engine)
    {
        try
        {
            engine.Networks.ReleaseDefault();
        }
        catch (IOException e)
        {
            log.Write(LogLevel.Warn, $"The default network's bridge is still there: {Linux.ErrorText.Of(e)}");
        }
    }

    private EngineOptions Options(LiveSettings live)
    {
        EngineOptions options = EngineOptions.Resolve(settings.Text(SettingTable.DataRoot), settings.Text(SettingTable.ExecRoot));
        options = options with { Registries = live.Registries, LoginCommand = "docker login" };
        // What goes on where its caller has ended is slip's: it stands beside us.
        string slip = Path.Combine(AppContext.BaseDirectory, "slip");
        return File.Exists(slip) ? options with { CliPath = slip } : options;
    }

    private string? GroupName() => settings[SettingTable.Group] is [.., var last] ? last : null;
}

using Slipway.Daemon.Configuration;
using Slipway.Daemon.Logging;
using Slipway.Oci;

namespace Slipway.Daemon;

/// <summary>The executable <c>slipd</c>.</summary>
internal static class Program
{
    /// <summary>Whether it was started by docker's name: then it is what this host has instead of docker.</summary>
    public static bool IsCalledDockerd => Path.GetFileName(Environment.GetCommandLineArgs()[0]) == "dockerd";

    private static async Task<int> Main(string[] args)
    {
        using Stream errors = Console.OpenStandardError();
        var log = new LogWriter(errors, TimeProvider.System);
        try
        {
            SettingValues settings = FlagReader.Read(args);
            if (settings.Switch(SettingTable.Help))
            {
                HelpPage.Print(Console.Out);
                return 0;
            }
            if (settings.Switch(SettingTable.Version))
            {
                Console.Out.WriteLine($"Slipway version {DaemonRun.Version.Number}");
                return 0;
            }
            SettingsFile.AddTo(settings);
            SetUp(log, settings);
            ProxySettings.Apply(settings, log);
            await new DaemonRun(settings, () => ReadAgain(args), log).ServeAsync().ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (e is SlipwayException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"slipd: failed to start daemon: {Linux.ErrorText.Of(e)}");
            if (e is SlipwayException { Hint: { } hint })
                Console.Error.WriteLine($"hint: {hint}");
            return 1;
        }
    }

    private static SettingValues ReadAgain(string[] args)
    {
        SettingValues settings = FlagReader.Read(args);
        SettingsFile.AddTo(settings);
        return settings;
    }

    private static void SetUp(LogWriter log, SettingValues settings)
    {
        log.Lowest = LiveSettings.LowestLevel(settings);
        log.InColours = !Console.IsErrorRedirected && !settings.Switch(SettingTable.RawLogs);
        log.AsJson = settings.Text(SettingTable.LogFormat) switch
        {
            null or "text" => false,
            "json" => true,
            var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid log format: {Linux.Printable.Escape(other)}") { Hint = "it is text or json" },
        };
    }
}

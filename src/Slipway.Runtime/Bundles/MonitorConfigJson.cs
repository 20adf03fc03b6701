using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Runtime.Health;
using Slipway.Runtime.Restarting;

namespace Slipway.Runtime.Bundles;

/// <summary>What a monitor is told, as text.</summary>
internal static class MonitorConfigJson
{
    public static MonitorConfig Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "the launch request", ErrorKind.Corrupt, Read);

    public static byte[] Write(MonitorConfig config) => JsonWriter.Document(config, static (json, config) =>
    {
        json.Write("id"u8, config.Id);
        json.Write("bundle"u8, config.Bundle);
        json.Write("runDir"u8, config.RunDir);
        json.Write("overlay"u8, config.Overlay, static (json, overlay) =>
        {
            json.Write("lowersTopFirst"u8, overlay.LowersTopFirst);
            json.Write("upper"u8, overlay.Upper);
            json.Write("work"u8, overlay.Work);
            json.Write("volatile"u8, overlay.Volatile);
        });
        json.Write("openStdin"u8, config.OpenStdin);
        json.Write("stdinOnce"u8, config.StdinOnce);
        json.Write("logPath"u8, config.LogPath);
        json.Write("logMaxBytes"u8, config.LogMaxBytes);
        json.Write("logMaxFiles"u8, (long)config.LogMaxFiles);
        json.Write("logPacks"u8, config.LogPacks);
        json.Write("exitPath"u8, config.ExitPath);
        json.Write("exitCommand"u8, config.ExitCommand);
        json.Write("init"u8, config.Init);
        json.Write("everyController"u8, config.EveryController);
        json.Write("endsWithOwner"u8, config.EndsWithOwner);
        json.Write("timing"u8, config.Timing);
        json.Write("descriptors"u8, (long)config.Descriptors);
        json.Write("clients"u8, (long)config.Clients);
        json.Write("endsWithLock"u8, config.EndsWithLock);
        json.Write("givesNetwork"u8, config.GivesNetwork);
        json.Write("givesRoot"u8, config.GivesRoot);
        json.Write("service"u8, config.Service);
        json.Write("ports"u8, (long)config.Ports);
        json.Write("health"u8, config.Health, HealthRuleJson.Write);
        json.Write("restart"u8, config.Restart, RestartRuleJson.Write);
        json.Write("seccompCacheDir"u8, config.SeccompCacheDir);
    });

    private static MonitorConfig? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? id = null, bundle = null, runDir = null, logPath = null, exitPath = null, cacheDir = null, service = null;
        int? descriptors = null, clients = null, ports = null, logMaxFiles = null;
        long? logMaxBytes = null;
        OverlayRoot? overlay = null;
        RestartRule? restart = null;
        HealthRule? health = null;
        bool? openStdin = null, stdinOnce = null, init = null, everyController = null, logPacks = null, endsWithOwner = null, timing = null, givesNetwork = null, givesRoot = null, endsWithLock = null;
        List<string>? exitCommand = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "id": id = json.Text(); break;
                case "bundle": bundle = json.Text(); break;
                case "runDir": runDir = json.Text(); break;
                case "overlay": overlay = ReadOverlay(ref json); break;
                case "openStdin": openStdin = json.Boolean(); break;
                case "stdinOnce": stdinOnce = json.Boolean(); break;
                case "logPath": logPath = json.Text(); break;
                case "logMaxBytes": logMaxBytes = json.Int64(); break;
                case "logMaxFiles": logMaxFiles = json.Int32(); break;
                case "logPacks": logPacks = json.Boolean(); break;
                case "exitPath": exitPath = json.Text(); break;
                case "exitCommand": exitCommand = json.Texts(); break;
                case "init": init = json.Boolean(); break;
                case "everyController": everyController = json.Boolean(); break;
                case "endsWithOwner": endsWithOwner = json.Boolean(); break;
                case "timing": timing = json.Boolean(); break;
                case "descriptors": descriptors = json.Int32(); break;
                case "clients": clients = json.Int32(); break;
                case "endsWithLock": endsWithLock = json.Boolean(); break;
                case "givesNetwork": givesNetwork = json.Boolean(); break;
                case "givesRoot": givesRoot = json.Boolean(); break;
                case "service": service = json.Text(); break;
                case "ports": ports = json.Int32(); break;
                case "health": health = HealthRuleJson.Read(ref json); break;
                case "restart": restart = RestartRuleJson.Read(ref json); break;
                case "seccompCacheDir": cacheDir = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new MonitorConfig
        {
            Id = id ?? throw json.Missing("id"),
            Bundle = bundle ?? throw json.Missing("bundle"),
            RunDir = runDir ?? throw json.Missing("runDir"),
            Overlay = overlay,
            OpenStdin = openStdin ?? false,
            StdinOnce = stdinOnce ?? false,
            LogPath = logPath,
            LogMaxBytes = logMaxBytes ?? 0,
            LogMaxFiles = logMaxFiles ?? 1,
            LogPacks = logPacks ?? false,
            ExitPath = exitPath ?? throw json.Missing("exitPath"),
            ExitCommand = exitCommand,
            Init = init ?? false,
            EveryController = everyController ?? false,
            EndsWithOwner = endsWithOwner ?? false,
            Timing = timing ?? false,
            Descriptors = descriptors ?? 0,
            Clients = clients ?? 0,
            EndsWithLock = endsWithLock ?? false,
            GivesNetwork = givesNetwork ?? false,
            GivesRoot = givesRoot ?? false,
            Service = service,
            Ports = ports ?? 0,
            Health = health,
            Restart = restart,
            SeccompCacheDir = cacheDir,
        };
    }

    private static OverlayRoot? ReadOverlay(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<string>? lowers = null;
        string? upper = null, work = null;
        bool? isVolatile = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "lowersTopFirst": lowers = json.Texts(); break;
                case "upper": upper = json.Text(); break;
                case "work": work = json.Text(); break;
                case "volatile": isVolatile = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new OverlayRoot(
            lowers ?? throw json.Missing("lowersTopFirst"),
            upper ?? throw json.Missing("upper"),
            work ?? throw json.Missing("work"),
            isVolatile ?? false);
    }
}

using Slipway.Oci.Image;
using Slipway.Oci.Json;
using Slipway.Runtime.Restarting;

namespace Slipway.Engine.Containers.Requests;

/// <summary>How a container ends and what comes after, as members of its row.</summary>
internal static class LifecycleRequestJson
{
    public static void Write(JsonWriter json, ContainerRequest request)
    {
        json.Write("Init"u8, request.Init);
        json.WriteSet("AutoRemove"u8, request.AutoRemove);
        json.Write("Restart"u8, request.Restart == RestartPolicy.None ? null : request.Restart.ToString());
        json.Write("Health"u8, request.Health, HealthCheckJson.Write);
        json.Write("Log"u8, request.Log == LogRequest.Default ? null : request.Log, WriteLog);
        json.Write("StopSignal"u8, request.StopSignal);
        json.Write("StopTimeout"u8, request.StopTimeout);
    }

    /// <summary>Takes a member that is one of these; null where it is another's.</summary>
    public static ContainerRequest? Read(scoped ref JsonReader json, string name, ContainerRequest r) => name switch
    {
        "Init" => r with { Init = json.Boolean() },
        "AutoRemove" => r with { AutoRemove = json.Boolean() ?? false },
        "Restart" => r with { Restart = RestartPolicy.Parse(json.String() ?? "") },
        "Health" => r with { Health = HealthCheckJson.Read(ref json) },
        "Log" => r with { Log = ReadLog(ref json) ?? LogRequest.Default },
        "StopSignal" => r with { StopSignal = json.String() },
        "StopTimeout" => r with { StopTimeout = json.Int32() },
        _ => null,
    };

    private static void WriteLog(JsonWriter json, LogRequest log)
    {
        json.Write("Driver"u8, log.Driver);
        json.Write("Options"u8, log.Options);
    }

    private static LogRequest? ReadLog(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? driver = null;
        Dictionary<string, string>? options = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Driver": driver = json.String(); break;
                case "Options": options = json.StringMap(); break;
                default: json.Skip(); break;
            }
        }
        return new LogRequest(driver ?? throw json.Missing("Driver"), options ?? []);
    }
}

using Slipway.Oci.Json;

namespace Slipway.Oci.Image;

/// <summary>A health check as text.</summary>
public static class HealthCheckJson
{
    /// <summary>Reads one.</summary>
    public static HealthCheck? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<string>? test = null;
        long? interval = null, timeout = null, startPeriod = null, startInterval = null;
        int? retries = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Test": test = json.Texts(); break;
                case "Interval": interval = json.Int64(); break;
                case "Timeout": timeout = json.Int64(); break;
                case "StartPeriod": startPeriod = json.Int64(); break;
                case "StartInterval": startInterval = json.Int64(); break;
                case "Retries": retries = json.Int32(); break;
                default: json.Skip(); break;
            }
        }
        return new HealthCheck { Test = test ?? [], Interval = interval, Timeout = timeout, StartPeriod = startPeriod, StartInterval = startInterval, Retries = retries };
    }

    /// <summary>Writes its members.</summary>
    public static void Write(JsonWriter json, HealthCheck check)
    {
        json.Write("Test"u8, check.Test);
        json.Write("Interval"u8, check.Interval);
        json.Write("Timeout"u8, check.Timeout);
        json.Write("StartPeriod"u8, check.StartPeriod);
        json.Write("StartInterval"u8, check.StartInterval);
        json.Write("Retries"u8, check.Retries);
    }
}

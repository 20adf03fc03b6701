using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Runtime.Health;

/// <summary>health.json as text.</summary>
internal static class HealthStateJson
{
    public static HealthState Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "health.json", ErrorKind.Corrupt, Read);

    public static byte[] Write(HealthState state) => JsonWriter.Document(state, static (json, state) =>
    {
        json.Write("status"u8, state.Status);
        json.Write("failingStreak"u8, (long)state.FailingStreak);
        json.Write("log"u8, state.Log, static (json, result) =>
        {
            json.Write("start"u8, result.Start);
            json.Write("end"u8, result.End);
            json.Write("exitCode"u8, (long)result.ExitCode);
            json.Write("output"u8, result.Output);
        });
        json.Write("changes"u8, state.Changes, static (json, change) =>
        {
            json.Write("time"u8, change.Time);
            json.Write("status"u8, change.Status);
        });
    });

    private static HealthState? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var state = new HealthState();
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "status": state = state with { Status = json.Text() ?? state.Status }; break;
                case "failingStreak": state = state with { FailingStreak = json.Int32() ?? 0 }; break;
                case "log": state = state with { Log = json.List(ReadResult) ?? [] }; break;
                case "changes": state = state with { Changes = json.List(ReadChange) ?? [] }; break;
                default: json.Skip(); break;
            }
        }
        return state;
    }

    private static HealthCheckResult? ReadResult(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        DateTimeOffset? start = null, end = null;
        int? code = null;
        string? output = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "start": start = json.Time(); break;
                case "end": end = json.Time(); break;
                case "exitCode": code = json.Int32(); break;
                case "output": output = json.String(); break;
                default: json.Skip(); break;
            }
        }
        return new HealthCheckResult(start ?? throw json.Missing("start"), end ?? throw json.Missing("end"), code ?? throw json.Missing("exitCode"), output ?? "");
    }

    private static HealthChange? ReadChange(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        DateTimeOffset? time = null;
        string? status = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "time": time = json.Time(); break;
                case "status": status = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new HealthChange(time ?? throw json.Missing("time"), status ?? throw json.Missing("status"));
    }
}

using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Runtime.Health;

/// <summary>How the health of one container is looked after: RUN/containers/ID/healthcheck.json. Times are milliseconds.</summary>
public sealed record HealthRule
{
    /// <summary>What is executed in the container: 0 is healthy.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>From the end of one check to the next.</summary>
    public required int Interval { get; init; }

    /// <summary>After which a check is killed, and has failed.</summary>
    public required int Timeout { get; init; }

    /// <summary>How long failures don't count after the start.</summary>
    public required int StartPeriod { get; init; }

    /// <summary>Between checks in that time.</summary>
    public required int StartInterval { get; init; }

    /// <summary>Failures in a row that mean unhealthy.</summary>
    public required int Retries { get; init; }

    /// <summary>The signal that stops the container when it is unhealthy; 0: it goes on.</summary>
    public int StopSignal { get; init; }

    /// <summary>When it is killed after that.</summary>
    public int StopTimeout { get; init; }

    /// <summary>Directory of compiled seccomp programs.</summary>
    public string? SeccompCacheDir { get; init; }
}

/// <summary>A rule as text.</summary>
internal static class HealthRuleJson
{
    public static byte[] Document(HealthRule rule) => JsonWriter.Document(rule, Write);

    public static HealthRule Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "healthcheck.json", ErrorKind.Corrupt, Read);

    public static void Write(JsonWriter json, HealthRule rule)
    {
        json.Write("command"u8, rule.Command);
        json.Write("interval"u8, (long)rule.Interval);
        json.Write("timeout"u8, (long)rule.Timeout);
        json.Write("startPeriod"u8, (long)rule.StartPeriod);
        json.Write("startInterval"u8, (long)rule.StartInterval);
        json.Write("retries"u8, (long)rule.Retries);
        json.Write("stopSignal"u8, (long)rule.StopSignal);
        json.Write("stopTimeout"u8, (long)rule.StopTimeout);
        json.Write("seccompCacheDir"u8, rule.SeccompCacheDir);
    }

    public static HealthRule? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<string>? command = null;
        string? cache = null;
        int? interval = null, timeout = null, startPeriod = null, startInterval = null, retries = null, stopSignal = null, stopTimeout = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "command": command = json.Texts(); break;
                case "interval": interval = json.Int32(); break;
                case "timeout": timeout = json.Int32(); break;
                case "startPeriod": startPeriod = json.Int32(); break;
                case "startInterval": startInterval = json.Int32(); break;
                case "retries": retries = json.Int32(); break;
                case "stopSignal": stopSignal = json.Int32(); break;
                case "stopTimeout": stopTimeout = json.Int32(); break;
                case "seccompCacheDir": cache = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new HealthRule
        {
            Command = command ?? throw json.Missing("command"),
            Interval = interval ?? throw json.Missing("interval"),
            Timeout = timeout ?? throw json.Missing("timeout"),
            StartPeriod = startPeriod ?? 0,
            StartInterval = startInterval ?? throw json.Missing("startInterval"),
            Retries = retries ?? throw json.Missing("retries"),
            StopSignal = stopSignal ?? 0,
            StopTimeout = stopTimeout ?? 0,
            SeccompCacheDir = cache,
        };
    }
}

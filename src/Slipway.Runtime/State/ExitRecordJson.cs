using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Runtime.State;

/// <summary>exit.json as text.</summary>
internal static class ExitRecordJson
{
    public static ExitRecord Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "exit.json", ErrorKind.Corrupt, Read);

    public static byte[] Write(ExitRecord record) => JsonWriter.Document(record, static (json, record) =>
    {
        json.Write("exitCode"u8, record.ExitCode);
        if (record.Signal != 0)
            json.Write("signal"u8, record.Signal);
        json.Write("oomKilled"u8, record.OomKilled);
        json.Write("memoryPeak"u8, record.MemoryPeak);
        json.Write("largestProcess"u8, record.LargestProcess);
        if (record.Unhealthy)
            json.Write("unhealthy"u8, true);
        json.Write("startedAt"u8, record.StartedAt);
        json.Write("finishedAt"u8, record.FinishedAt);
        json.Write("error"u8, record.Error);
    });

    private static ExitRecord? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        int? exitCode = null;
        int signal = 0;
        long? memoryPeak = null, largestProcess = null;
        bool? oomKilled = null, unhealthy = null;
        DateTimeOffset? startedAt = null, finishedAt = null;
        string? error = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "exitCode": exitCode = json.Int32(); break;
                case "signal": signal = json.Int32() ?? 0; break;
                case "memoryPeak": memoryPeak = json.Int64(); break;
                case "largestProcess": largestProcess = json.Int64(); break;
                case "oomKilled": oomKilled = json.Boolean(); break;
                case "unhealthy": unhealthy = json.Boolean(); break;
                case "startedAt": startedAt = json.Time(); break;
                case "finishedAt": finishedAt = json.Time(); break;
                case "error": error = json.String(); break;
                default: json.Skip(); break;
            }
        }
        return new ExitRecord
        {
            ExitCode = exitCode ?? throw json.Missing("exitCode"),
            Signal = signal,
            OomKilled = oomKilled ?? false,
            MemoryPeak = memoryPeak,
            LargestProcess = largestProcess,
            Unhealthy = unhealthy ?? false,
            StartedAt = startedAt ?? throw json.Missing("startedAt"),
            FinishedAt = finishedAt ?? throw json.Missing("finishedAt"),
            Error = error,
        };
    }
}

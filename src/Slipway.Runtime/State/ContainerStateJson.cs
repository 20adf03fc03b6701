using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Runtime.State;

/// <summary>state.json as text; also the answer to a launch.</summary>
internal static class ContainerStateJson
{
    public static ContainerState Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "state.json", ErrorKind.Corrupt, Read);

    public static byte[] Write(ContainerState state) => JsonWriter.Document(state, static (json, state) =>
    {
        json.Write("id"u8, state.Id);
        json.Write("pid"u8, state.Pid);
        json.Write("pidStartTime"u8, state.PidStartTime);
        json.Write("monitorPid"u8, state.MonitorPid);
        json.Write("monitorStartTime"u8, state.MonitorStartTime);
        json.Write("startedAt"u8, state.StartedAt);
        json.Write("cgroupPaths"u8, state.CgroupPaths);
        json.Write("restartAt"u8, state.RestartAt);
        if (state.OutOfMemory.Count > 0)
            json.Write("outOfMemory"u8, (string[])[.. state.OutOfMemory.Select(static time => time.ToString("O"))]);
        if (state.HasHealth)
            json.Write("hasHealth"u8, true);
        if (state.HandedOver)
            json.Write("handedOver"u8, true);
    });

    private static ContainerState? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? id = null;
        int? pid = null, monitorPid = null;
        ulong? startTime = null, monitorStartTime = null;
        DateTimeOffset? startedAt = null, restartAt = null;
        bool? handedOver = null, hasHealth = null;
        List<DateTimeOffset>? outOfMemory = null;
        List<string>? cgroups = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "id": id = json.Text(); break;
                case "pid": pid = json.Int32(); break;
                case "pidStartTime": startTime = json.UInt64(); break;
                case "monitorPid": monitorPid = json.Int32(); break;
                case "monitorStartTime": monitorStartTime = json.UInt64(); break;
                case "startedAt": startedAt = json.Time(); break;
                case "restartAt": restartAt = json.Time(); break;
                case "outOfMemory": outOfMemory = json.Times(); break;
                case "hasHealth": hasHealth = json.Boolean(); break;
                case "handedOver": handedOver = json.Boolean(); break;
                case "cgroupPaths": cgroups = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new ContainerState
        {
            Id = id ?? throw json.Missing("id"),
            Pid = pid ?? throw json.Missing("pid"),
            PidStartTime = startTime ?? throw json.Missing("pidStartTime"),
            MonitorPid = monitorPid ?? throw json.Missing("monitorPid"),
            MonitorStartTime = monitorStartTime ?? throw json.Missing("monitorStartTime"),
            StartedAt = startedAt ?? throw json.Missing("startedAt"),
            CgroupPaths = cgroups ?? throw json.Missing("cgroupPaths"),
            RestartAt = restartAt,
            OutOfMemory = outOfMemory ?? [],
            HasHealth = hasHealth ?? false,
            HandedOver = handedOver ?? false,
        };
    }
}

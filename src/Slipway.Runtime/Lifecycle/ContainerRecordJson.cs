using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Runtime.Lifecycle;

/// <summary>A record as text.</summary>
internal static class ContainerRecordJson
{
    public static ContainerRecord Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "state.json", ErrorKind.Corrupt, Read);

    public static byte[] Write(ContainerRecord record) => JsonWriter.Document(record, static (json, record) =>
    {
        json.Write("bundle"u8, record.Bundle);
        json.Write("rootfs"u8, record.Rootfs);
        json.Write("created"u8, record.Created);
        json.Write("pid"u8, record.Pid);
        json.Write("pidStartTime"u8, record.PidStartTime);
        json.Write("cgroupPaths"u8, record.CgroupPaths);
    });

    private static ContainerRecord? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? bundle = null, rootfs = null;
        DateTimeOffset? created = null;
        int? pid = null;
        ulong? startTime = null;
        List<string>? cgroups = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "bundle": bundle = json.Text(); break;
                case "rootfs": rootfs = json.Text(); break;
                case "created": created = json.Time(); break;
                case "pid": pid = json.Int32(); break;
                case "pidStartTime": startTime = json.UInt64(); break;
                case "cgroupPaths": cgroups = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new ContainerRecord
        {
            Bundle = bundle ?? throw json.Missing("bundle"),
            Rootfs = rootfs ?? throw json.Missing("rootfs"),
            Created = created ?? throw json.Missing("created"),
            Pid = pid ?? throw json.Missing("pid"),
            PidStartTime = startTime ?? throw json.Missing("pidStartTime"),
            CgroupPaths = cgroups ?? throw json.Missing("cgroupPaths"),
        };
    }
}

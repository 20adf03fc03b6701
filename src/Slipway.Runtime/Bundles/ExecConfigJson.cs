using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Bundles;

/// <summary>What the monitor of an exec is told, as text.</summary>
internal static class ExecConfigJson
{
    public static ExecConfig Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "the launch request", ErrorKind.Corrupt, Read);

    public static byte[] Write(ExecConfig config) => JsonWriter.Document(config, static (json, config) =>
    {
        json.Write("targetPid"u8, config.TargetPid);
        json.Write("targetStartTime"u8, config.TargetStartTime);
        json.Write("process"u8, config.Process, ProcessSpecJson.Write);
        json.Write("uids"u8, config.Owners?.Uids, IdMappingJson.Write);
        json.Write("gids"u8, config.Owners?.Gids, IdMappingJson.Write);
        json.Write("cgroupPaths"u8, config.CgroupPaths);
        json.Write("seccomp"u8, config.Seccomp, SeccompSpecJson.Write);
        json.Write("seccompCacheDir"u8, config.SeccompCacheDir);
        json.Write("openStdin"u8, config.OpenStdin);
    });

    private static ExecConfig? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        int? pid = null;
        ulong? startTime = null;
        ProcessSpec? process = null;
        List<IdMapping>? uids = null, gids = null;
        List<string>? cgroups = null;
        SeccompSpec? seccomp = null;
        string? cacheDir = null;
        bool? openStdin = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "targetPid": pid = json.Int32(); break;
                case "targetStartTime": startTime = json.UInt64(); break;
                case "process": process = ProcessSpecJson.Read(ref json); break;
                case "uids": uids = json.List(IdMappingJson.Read); break;
                case "gids": gids = json.List(IdMappingJson.Read); break;
                case "cgroupPaths": cgroups = json.Texts(); break;
                case "seccomp": seccomp = SeccompSpecJson.Read(ref json); break;
                case "seccompCacheDir": cacheDir = json.Text(); break;
                case "openStdin": openStdin = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new ExecConfig
        {
            TargetPid = pid ?? throw json.Missing("targetPid"),
            TargetStartTime = startTime ?? throw json.Missing("targetStartTime"),
            Process = process ?? throw json.Missing("process"),
            Owners = uids is not null && gids is not null ? new(uids, gids) : null,
            CgroupPaths = cgroups ?? throw json.Missing("cgroupPaths"),
            Seccomp = seccomp,
            SeccompCacheDir = cacheDir,
            OpenStdin = openStdin ?? false,
        };
    }
}

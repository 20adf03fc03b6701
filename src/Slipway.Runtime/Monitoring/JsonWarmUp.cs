using System.Text.Json;
using Slipway.Oci;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Monitoring;

/// <summary>
/// Reads and writes a small document of each kind, so that the serializer's tables (2 ms of a start) are made while the launcher is still busy
/// with its own part. It is work that has to be done anyway, only earlier.
/// </summary>
internal static class JsonWarmUp
{
    /// <summary>For a container.</summary>
    public static void Container()
    {
        JsonSerializer.Deserialize(
            """
            {"ociVersion":"","process":{"terminal":false,"consoleSize":{"height":1,"width":1},"user":{"uid":0,"gid":0,"additionalGids":[0]},"args":[""],"env":[""],"cwd":"",
            "capabilities":{"bounding":[""]},"rlimits":[{"type":"","hard":0,"soft":0}],"noNewPrivileges":false},"root":{"path":"","readonly":false},"hostname":"",
            "mounts":[{"destination":"","options":[""]}],"annotations":{"":""},"linux":{"namespaces":[{"type":""}],"uidMappings":[{"containerID":0,"hostID":0,"size":1}],
            "devices":[{"path":"","type":"c","major":1,"fileMode":0,"uid":0}],"resources":{"devices":[{"allow":false}],"memory":{"limit":0},"cpu":{"shares":0,"quota":0},
            "pids":{"limit":0},"unified":{"":""}},"seccomp":{"defaultAction":"","syscalls":[{"names":[""],"action":"","args":[{"index":0,"value":0,"op":""}]}]},
            "sysctl":{"":""},"maskedPaths":[""]}}
            """u8,
            OciJson.Strict.RuntimeSpec);
        JsonSerializer.Deserialize(
            """{"id":"","bundle":"","runDir":"","exitPath":"","overlay":{"lowersTopFirst":[""],"upper":"","work":""},"openStdin":false,"exitCommand":[""]}"""u8,
            RuntimeJson.Strict.MonitorConfig);
        var state = new ContainerState { Id = "", Pid = 0, PidStartTime = 0, MonitorPid = 0, MonitorStartTime = 0, StartedAt = default, CgroupPaths = [""] };
        JsonSerializer.SerializeToUtf8Bytes(state, RuntimeJson.Strict.ContainerState);
        JsonSerializer.SerializeToUtf8Bytes(new ExitRecord { ExitCode = 0, StartedAt = default, FinishedAt = default }, RuntimeJson.Strict.ExitRecord);
    }
}

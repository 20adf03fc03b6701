using Slipway.Linux.Capabilities;
using Slipway.Oci;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Rights that contradict each other or don't exist, in docker's words.</summary>
internal static class SecurityCheck
{
    /// <exception cref="SlipwayException">InvalidArgument, NotSupported.</exception>
    public static void Check(ContainerRequest request)
    {
        SecurityRequest security = request.Security;
        foreach (string name in security.CapAdd.Concat(security.CapDrop).Where(n => !IsAll(n)))
            _ = CapabilityName(name);
        CheckModes(security);
        if (security.UtsMode == "host" && (request.Hostname ?? request.Domainname) is not null)
            throw Invalid("conflicting options: hostname and the UTS mode");
        foreach (string name in security.Sysctls.Keys)
            CheckSysctl(name, request);
        if (security.SeccompProfile is { } profile)
            _ = SeccompProfile.Resolve(profile, []);
    }

    /// <summary>Whether a name stands for all capabilities.</summary>
    public static bool IsAll(string name) => name.Equals("ALL", StringComparison.OrdinalIgnoreCase);

    /// <summary>A capability's whole name.</summary>
    public static string CapabilityName(string name)
    {
        string full = name.ToUpperInvariant();
        full = full.StartsWith("CAP_", StringComparison.Ordinal) ? full : "CAP_" + full;
        return CapabilityNames.All.Contains(full) ? full : throw Invalid($"invalid capability: unknown capability: \"{full}\"");
    }

    /// <summary>What a container has that asks for nothing else.</summary>
    public static IReadOnlyList<string> BaseOf(SecurityRequest security) => security.DockerCapabilities ? DefaultSpec.DockerCapabilities : DefaultSpec.Capabilities;

    private static void CheckModes(SecurityRequest security)
    {
        if (security.PidMode is not (null or "" or "host") && !IsShared(security.PidMode))
            throw Invalid("--pid: invalid PID mode");
        if (security.IpcMode is not (null or "" or "host" or "none" or "private" or "shareable") && !IsShared(security.IpcMode))
            throw Invalid($"invalid IPC mode: {security.IpcMode}");
        if (security.UtsMode is not (null or "" or "host"))
            throw Invalid("--uts: invalid UTS mode");
        if (security.CgroupnsMode is not (null or "" or "host" or "private"))
            throw Invalid($"--cgroupns: invalid CGROUP mode: invalid cgroup namespace mode: {security.CgroupnsMode}");
    }

    private static bool IsShared(string mode) => SharedMode.ContainerOf(mode) is { Length: > 0 };

    private static void CheckSysctl(string name, ContainerRequest request)
    {
        string? kind = SysctlName.NamespaceOf(name);
        if (kind is null or "uts")
            throw Invalid($"invalid argument \"{name}={request.Security.Sysctls[name]}\" for \"--sysctl\" flag: sysctl '{name}={request.Security.Sysctls[name]}' is not allowed");
        if (kind == "network" && request.Network == "host")
            throw Invalid($"sysctl '{name}={request.Security.Sysctls[name]}' is not allowed in host network mode");
        if (kind == "ipc" && request.Security.IpcMode == "host")
            throw Invalid($"sysctl '{name}={request.Security.Sysctls[name]}' is not allowed with the host's IPC namespace");
    }

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}

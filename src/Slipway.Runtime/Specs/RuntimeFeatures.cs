using Slipway.Linux.Capabilities;
using Slipway.Linux.Seccomp;
using Slipway.Oci.Json;
using Slipway.Runtime.Mounts;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Seccomp;

namespace Slipway.Runtime.Specs;

/// <summary>What this runtime can do, for engines that ask (features.md, features-linux.md).</summary>
public static class RuntimeFeatures
{
    private sealed record Nothing;

    /// <summary>The document.</summary>
    public static byte[] Document() => JsonWriter.Document(new Nothing(), static (json, nothing) =>
    {
        json.Write("ociVersionMin"u8, RuntimeVersion.OldestSpecification);
        json.Write("ociVersionMax"u8, RuntimeVersion.Specification);
        json.Write("hooks"u8, ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
        json.Write("mountOptions"u8, MountOptions.Names);
        json.Write("linux"u8, nothing, WriteLinux);
    });

    private static void WriteLinux(JsonWriter json, Nothing nothing)
    {
        json.Write("namespaces"u8, ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
        json.Write("capabilities"u8, CapabilityNames.All);
        json.Write("cgroup"u8, nothing, static (json, _) =>
        {
            json.Write("v1"u8, true);
            json.Write("v2"u8, true);
            json.Write("systemd"u8, false);
            json.Write("systemdUser"u8, false);
            json.Write("rdma"u8, true);
        });
        json.Write("seccomp"u8, nothing, static (json, _) =>
        {
            json.Write("enabled"u8, true);
            json.Write("actions"u8, SeccompTokens.Actions);
            json.Write("operators"u8, SeccompTokens.Comparisons);
            json.Write("archs"u8, [.. SeccompTokens.Architectures.Where(static name => SeccompContext.Knows(SeccompTokens.Architecture(name)))]);
            json.Write("knownFlags"u8, SeccompTokens.Flags);
            json.Write("supportedFlags"u8, [.. SeccompTokens.Flags.Where(static flag => FilterFlags.IsSupported(SeccompTokens.Flag(flag)))]);
        });
        // That it is known how, whatever this host has.
        json.Write("apparmor"u8, nothing, static (json, _) => json.Write("enabled"u8, true));
        json.Write("selinux"u8, nothing, static (json, _) => json.Write("enabled"u8, true));
        json.Write("mountExtensions"u8, nothing, static (json, nothing) =>
            json.Write("idmap"u8, nothing, static (json, _) => json.Write("enabled"u8, true)));
        json.Write("netDevices"u8, nothing, static (json, _) => json.Write("enabled"u8, false));
        json.Write("memoryPolicy"u8, nothing, static (json, _) =>
        {
            json.Write("modes"u8, SchedulingSteps.MemoryModes);
            json.Write("flags"u8, SchedulingSteps.MemoryFlags);
        });
        json.Write("intelRdt"u8, nothing, static (json, _) => json.Write("enabled"u8, false));
    }
}

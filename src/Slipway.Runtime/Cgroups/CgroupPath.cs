using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <summary>Where a container's cgroup lies below each hierarchy's mount (config-linux.md#cgroups-path).</summary>
internal static class CgroupPath
{
    /// <summary>What relative paths are relative to, and where a container without a path goes.</summary>
    public const string Default = "slipway";

    /// <summary>The path without a slash at its ends: an absolute one counts from the mount, a relative one from <see cref="Default"/>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the path leads upwards. NotSupported: it is systemd's form.</exception>
    public static string Of(string? cgroupsPath, string containerId)
    {
        string given = cgroupsPath is { Length: > 0 } ? cgroupsPath : containerId;
        string[] parts = given.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || given.Contains('\0', StringComparison.Ordinal) || parts.Any(part => part is "." or ".."))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"cgroup path '{Printable.Escape(given)}' is not one");
        if (given.Contains(':', StringComparison.Ordinal))
            throw new SlipwayException(ErrorKind.NotSupported, $"cgroup path '{Printable.Escape(given)}': systemd's slices aren't supported");
        string path = string.Join('/', parts);
        return given.StartsWith('/') || parts is [Default, _, ..] ? path : $"{Default}/{path}";
    }
}

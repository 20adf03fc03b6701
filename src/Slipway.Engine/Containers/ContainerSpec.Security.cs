using Slipway.Engine.Containers.Requests;
using Slipway.Linux.Capabilities;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers;

/// <content>Rights: capabilities, system calls, what of /proc and /sys is shown.</content>
internal sealed partial class ContainerSpec
{
    private bool ShowsSystem => _request.Security.Privileged || _request.Security.SystemPathsUnconfined;

    private IReadOnlyList<string> BuildCapabilities()
    {
        SecurityRequest security = _request.Security;
        if (security.Privileged)
            return CapabilityNames.All;
        List<string> capabilities = security.CapDrop.Any(SecurityCheck.IsAll) ? [] : [.. SecurityCheck.BaseOf(security)];
        if (security.CapAdd.Any(SecurityCheck.IsAll))
            capabilities = [.. CapabilityNames.All];
        foreach (string added in security.CapAdd.Where(n => !SecurityCheck.IsAll(n)).Select(SecurityCheck.CapabilityName))
        {
            if (!capabilities.Contains(added))
                capabilities.Add(added);
        }
        foreach (string dropped in security.CapDrop.Where(n => !SecurityCheck.IsAll(n)))
            capabilities.Remove(SecurityCheck.CapabilityName(dropped));
        return capabilities;
    }

    private SeccompSpec? BuildSeccomp(IReadOnlyList<string> capabilities)
    {
        SecurityRequest security = _request.Security;
        if (security.SeccompProfile is { } profile)
            return SeccompProfile.Resolve(profile, capabilities);
        return security.SeccompUnconfined || security.Privileged ? null : DefaultSpec.Seccomp(capabilities);
    }

    private Dictionary<string, string>? BuildSysctls(bool ownNetwork)
    {
        Dictionary<string, string> all = ownNetwork ? new(DefaultSpec.Sysctls) : [];
        // Groups that the container doesn't have can't be named in it.
        if (ownNetwork && Users is not null)
            all["net.ipv4.ping_group_range"] = $"0 {Users.Map.Gids.Single(g => g.ContainerId == 0).Size - 1}";
        foreach ((string name, string value) in _request.Security.Sysctls)
            all[name] = value;
        return all.Count == 0 ? null : all;
    }

    // disable, and parts that a policy would know: without SELinux on the host there is nothing to label.
    private string? SelinuxLabel()
    {
        Dictionary<string, string> parts = new() { ["user"] = "system_u", ["role"] = "system_r", ["type"] = "container_t", ["level"] = "s0" };
        IReadOnlyList<string> options = _request.Security.SelinuxOptions;
        if (options.Count == 0 || options.Contains("disable") || !File.Exists("/sys/fs/selinux/enforce"))
            return null;
        foreach (string option in options)
        {
            int colon = option.IndexOf(':', StringComparison.Ordinal);
            parts[option[..colon]] = option[(colon + 1)..];
        }
        return $"{parts["user"]}:{parts["role"]}:{parts["type"]}:{parts["level"]}";
    }
}

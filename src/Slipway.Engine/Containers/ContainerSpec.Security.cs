using Slipway.Linux.Capabilities;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers;

/// <content>Rights: capabilities and system calls.</content>
internal sealed partial class ContainerSpec
{
    private IReadOnlyList<string> BuildCapabilities()
    {
        List<string> capabilities = _request.Security.CapDrop.Any(IsAll) ? [] : [.. DefaultSpec.Capabilities];
        if (_request.Security.CapAdd.Any(IsAll))
            capabilities = [.. CapabilityNames.All];
        foreach (string added in _request.Security.CapAdd)
        {
            if (!IsAll(added) && !capabilities.Contains(CapabilityName(added)))
                capabilities.Add(CapabilityName(added));
        }
        foreach (string dropped in _request.Security.CapDrop)
        {
            if (!IsAll(dropped))
                capabilities.Remove(CapabilityName(dropped));
        }
        return capabilities;
    }

    private static bool IsAll(string name) => name.Equals("ALL", StringComparison.OrdinalIgnoreCase);

    private static string CapabilityName(string name)
    {
        string full = name.ToUpperInvariant();
        full = full.StartsWith("CAP_", StringComparison.Ordinal) ? full : "CAP_" + full;
        return CapabilityNames.All.Contains(full)
            ? full
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid capability: unknown capability: \"{full}\"");
    }

    private SeccompSpec? BuildSeccomp(IReadOnlyList<string> capabilities) => _request.Security.SeccompUnconfined ? null : DefaultSpec.Seccomp(capabilities);
}

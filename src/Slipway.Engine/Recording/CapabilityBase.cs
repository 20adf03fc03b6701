using Slipway.Engine.Containers.Requests;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Recording;

/// <summary>
/// Capabilities told to a program that starts from other ones than the container did: docker and compose from fourteen, slip and podman from eleven. What the
/// container has stays the same.
/// </summary>
internal static class CapabilityBase
{
    private const string Prefix = "CAP_";

    private static readonly string[] s_onlyDockers = [.. DefaultSpec.DockerCapabilities.Except(DefaultSpec.Capabilities)];

    /// <summary>The request as the program has to be asked.</summary>
    public static SecurityRequest For(SecurityRequest security, bool docker)
    {
        if (security.DockerCapabilities == docker || security.Privileged || security.CapAdd.Concat(security.CapDrop).Any(SecurityCheck.IsAll))
            return security;
        return docker
            ? security with { CapDrop = [.. security.CapDrop, .. Missing(security.CapAdd.Concat(security.CapDrop))] }
            : security with { CapAdd = [.. security.CapAdd, .. Missing(security.CapAdd.Concat(security.CapDrop))] };
    }

    private static IEnumerable<string> Missing(IEnumerable<string> told)
    {
        HashSet<string> said = [.. told.Select(SecurityCheck.CapabilityName)];
        return s_onlyDockers.Where(c => !said.Contains(c)).Select(c => c[Prefix.Length..]);
    }
}

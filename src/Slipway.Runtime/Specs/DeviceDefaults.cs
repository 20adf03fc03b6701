using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Specs;

/// <summary>The device rules of a bundle, and what is so in every container.</summary>
internal static class DeviceDefaults
{
    /// <summary>Nothing is allowed but what the rules allow, and the default devices whatever they say (config-linux.md#default-devices).</summary>
    public static RuntimeSpec Complete(RuntimeSpec spec)
    {
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        ResourcesSpec resources = linux.Resources ?? new ResourcesSpec();
        DeviceRule[] rules = [DefaultSpec.DeviceRules[0], .. resources.Devices ?? [], .. DefaultSpec.DeviceRules.Skip(1)];
        return spec with { Linux = linux with { Resources = resources with { Devices = rules } } };
    }
}

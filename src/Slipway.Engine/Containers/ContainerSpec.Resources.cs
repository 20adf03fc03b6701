using Slipway.Engine.Containers.Requests;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers;

/// <content>Limits.</content>
internal sealed partial class ContainerSpec
{
    private const ulong CpuPeriodMicroseconds = 100_000;

    private ResourcesSpec BuildResources()
    {
        ResourceRequest wanted = _request.Resources;
        return new()
        {
            Memory = wanted.MemoryBytes is { } memory ? new() { Limit = memory, Swap = memory * 2 } : null,
            Cpu = wanted.NanoCpus is { } cpus ? new() { Period = CpuPeriodMicroseconds, Quota = (long)(cpus / (1_000_000_000m / CpuPeriodMicroseconds)) } : null,
            Pids = new() { Limit = wanted.PidsLimit ?? DefaultSpec.PidsLimit },
            Devices = DefaultSpec.DeviceRules,
        };
    }
}

using System.Globalization;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups.Limits;

/// <summary>Memory (config-linux.md#memory, cgroup-v1/memory.rst, cgroup-v2.rst). The limit of the kernel's own memory is ignored: see <see cref="CgroupLimits.Notes"/>.</summary>
internal static class MemoryLimits
{
    private const string Controller = "memory";

    public static IEnumerable<CgroupSetting> ForV1(MemorySpec memory)
    {
        // Below the one of memory and swap together: whichever order the kernel takes, the other comes second.
        if (memory.Limit is { } limit && limit != 0)
            yield return new(Controller, "memory.limit_in_bytes", Number(limit)) { MayComeLater = true };
        // Not there where the kernel doesn't count swap, and then there is none to bound.
        if (SwapOf(memory) is { } swap && swap != 0)
            yield return new(Controller, "memory.memsw.limit_in_bytes", Number(swap)) { IsOptional = true, MayComeLater = true };
        if (memory.Reservation is { } reservation && reservation != 0)
            yield return new(Controller, "memory.soft_limit_in_bytes", Number(reservation));
        // The network buffers' part alone: the kernel still takes it, with a note in its log that it won't for ever.
        if (memory.KernelTcp is { } buffers && buffers != 0)
            yield return new(Controller, "memory.kmem.tcp.limit_in_bytes", Number(buffers)) { IsOptional = true };
        if (memory.Swappiness is { } swappiness && swappiness != ulong.MaxValue)
            yield return new(Controller, "memory.swappiness", swappiness <= 100 ? swappiness.ToString(CultureInfo.InvariantCulture) : throw WrongSwappiness(swappiness));
        if (memory.DisableOOMKiller == true)
            yield return new(Controller, "memory.oom_control", "1");
    }

    public static IEnumerable<CgroupSetting> ForV2(MemorySpec memory)
    {
        if (memory.Limit is { } limit && limit != 0)
            yield return new(Controller, "memory.max", Bytes(limit));
        if (SwapOf(memory) is { } swap && swap != 0)
            yield return new(Controller, "memory.swap.max", Bytes(SwapAlone(swap, memory.Limit))) { IsOptional = true };
        if (memory.Reservation is { } reservation && reservation != 0)
            yield return new(Controller, "memory.low", Bytes(reservation));
        if (memory.Swappiness is > 100 and not ulong.MaxValue and var swappiness)
            throw WrongSwappiness(swappiness);
    }

    // Memory without limit, and swap within the old one: no kernel would take that.
    private static long? SwapOf(MemorySpec memory) => memory.Swap ?? (memory.Limit < 0 ? -1 : null);

    // v1 counts memory and swap together, v2 the swap alone.
    private static long SwapAlone(long swap, long? limit)
    {
        if (swap < 0)
            return -1;
        if (limit is null or <= 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "a limit of memory and swap together needs one of memory");
        return swap >= limit ? swap - limit.Value : throw new SlipwayException(ErrorKind.InvalidArgument, "the limit of memory and swap together is below that of memory");
    }

    private static string Bytes(long value) => value < 0 ? "max" : Number(value);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static SlipwayException WrongSwappiness(ulong value) =>
        new(ErrorKind.InvalidArgument, $"memory swappiness {value} is not between 0 and 100");
}

using System.Globalization;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Limits that contradict each other, or that no container can live with, in docker's words.</summary>
public static class ResourceCheck
{
    private const long MinimumMemory = 6 * 1024 * 1024, Millisecond = 1000, Second = 1_000_000, MostShares = 262_144;

    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    internal static void Check(ResourceRequest request)
    {
        CheckMemory(request);
        CheckProcessors(request);
        if (request.PidsLimit is < -1)
            throw Invalid("the pids limit is at least 1, or -1 for no limit");
        if (request.OomScoreAdj is < -1000 or > 1000)
            throw Invalid($"Invalid value {request.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        if (request.ShmBytes is < 0)
            throw Invalid("SHM size can not be less than 0");
        if (request.BlkioWeight is not (null or 0 or (>= 10 and <= 1000)))
            throw Invalid("Range of blkio weight is from 10 to 1000");
        if (request.BlkioWeightDevices.FirstOrDefault(d => d.Rate is not (0 or (>= 10 and <= 1000))) is { } device)
            throw Invalid($"invalid weight for device: {device.Path}:{device.Rate}: the range is from 10 to 1000");
        if (request.CgroupParent?.EndsWith(".slice", StringComparison.Ordinal) == true)
            throw new SlipwayException(ErrorKind.NotSupported, $"cgroup-parent '{request.CgroupParent}' is a systemd slice: containers' cgroups are made directly, name a path such as /mine");
    }

    /// <summary>What can't be changed by itself, since it contradicts what a container has already.</summary>
    /// <exception cref="SlipwayException">Conflict.</exception>
    internal static void Change(ResourceRequest old, ResourceRequest wanted)
    {
        long? swap = old.MemorySwap is null or 0 ? old.MemoryBytes * 2 : old.MemorySwap;
        if (wanted.MemoryBytes > swap && swap > 0 && wanted.MemorySwap == old.MemorySwap)
            throw new SlipwayException(ErrorKind.Conflict, "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        foreach ((string what, bool isSet) in ((string, bool)[])[("CPU Period", wanted.CpuPeriod > 0), ("CPU Quota", wanted.CpuQuota > 0)])
        {
            if (!isSet || !(wanted.NanoCpus > 0))
                continue;
            string words = old.NanoCpus > 0 ? $"{what} cannot be updated as NanoCPUs has already been set" : $"Nano CPUs cannot be updated as {what} has already been set";
            throw new SlipwayException(ErrorKind.Conflict, "Conflicting options: " + words);
        }
    }

    /// <summary>What holds only in part, or is dangerous, in docker's words.</summary>
    public static IEnumerable<string> Warnings(ResourceRequest request)
    {
        if (request.OomKillDisable && IsUnified)
            yield return "Your kernel does not support OomKillDisable. OomKillDisable discarded.";
        else if (request.OomKillDisable && (request.MemoryBytes ?? 0) == 0)
            yield return "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.";
        if (request.MemorySwappiness is not null && IsUnified)
            yield return "Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.";
    }

    // cgroup v2 has neither.
    private static bool IsUnified => File.Exists("/sys/fs/cgroup/cgroup.controllers");

    private static void CheckMemory(ResourceRequest request)
    {
        long memory = request.MemoryBytes ?? 0, swap = request.MemorySwap ?? 0, reservation = request.MemoryReservation ?? 0;
        if (memory < 0 || memory is > 0 and < MinimumMemory)
            throw Invalid("Minimum memory limit allowed is 6MB");
        if (swap < -1)
            throw Invalid($"invalid memory and swap limit: {swap}: -1 is for no limit");
        if (memory > 0 && swap > 0 && swap < memory)
            throw Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        if (memory == 0 && swap > 0)
            throw Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        if (request.MemorySwappiness is < -1 or > 100)
            throw Invalid($"invalid value: {request.MemorySwappiness}. Valid memory swappiness range is 0-100");
        if (reservation < 0 || reservation is > 0 and < MinimumMemory)
            throw Invalid("Minimum memory reservation allowed is 6MB");
        if (memory > 0 && reservation > 0 && memory < reservation)
            throw Invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
    }

    private static void CheckProcessors(ResourceRequest request)
    {
        long cpus = request.NanoCpus ?? 0, period = request.CpuPeriod ?? 0, quota = request.CpuQuota ?? 0;
        if (cpus > 0 && period != 0)
            throw Invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        if (cpus > 0 && quota != 0)
            throw Invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        if (cpus != 0 && (cpus < 10_000_000 || cpus > Environment.ProcessorCount * 1_000_000_000L))
            throw Invalid($"Range of CPUs is from 0.01 to {Environment.ProcessorCount}.00, as there are only {Environment.ProcessorCount} CPUs available");
        if (period != 0 && period is < Millisecond or > Second)
            throw Invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        if (quota is > 0 and < Millisecond)
            throw Invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        if (request.CpuShares is < 0)
            throw Invalid($"invalid CPU shares: invalid argument: {request.CpuShares} is not positive");
        // The kernel's range (sched.h); of version 2 the weights are counted otherwise, and fit.
        if (request.CpuShares is 1 && !IsUnified)
            throw Invalid("invalid CPU shares: minimum allowed cpu-shares is 2");
        if (request.CpuShares is > MostShares && !IsUnified)
            throw Invalid($"invalid CPU shares: maximum allowed cpu-shares is {MostShares}");
        if ((request.CpuRealtimePeriod ?? request.CpuRealtimeRuntime) is not (null or 0) && IsUnified)
            throw new SlipwayException(ErrorKind.NotSupported, "Your kernel does not support CPU real-time runtime");
        if (request.CpuRealtimePeriod is > 0 and var realtime && request.CpuRealtimeRuntime > realtime)
            throw Invalid("cpu real-time runtime cannot be higher than cpu real-time period");
        CheckSet("CPUs", "cpuset cpus", request.CpusetCpus, "/sys/devices/system/cpu/online");
        CheckSet("memory nodes", "cpuset mems", request.CpusetMems, "/sys/devices/system/node/online");
    }

    private static void CheckSet(string what, string option, string? wanted, string file)
    {
        if (string.IsNullOrEmpty(wanted))
            return;
        HashSet<int> numbers = ReadSet(wanted) ?? throw Invalid($"Invalid value {wanted} for {option}");
        // A kernel without memory nodes has the one.
        string there = (SmallFile.TryReadText(file) ?? "0").Trim();
        if (ReadSet(there) is { } available && !numbers.IsSubsetOf(available))
            throw Invalid($"Requested {what} are not available - requested {wanted}, available: {there}");
    }

    // cpuset(7), list format.
    private static HashSet<int>? ReadSet(string text)
    {
        HashSet<int> numbers = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            const int Most = 8192;
            if (ends.Length > 2 || !TryNumber(ends[0], out int first) || !TryNumber(ends[^1], out int last) || last < first || last > Most)
                return null;
            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }
        return numbers;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}

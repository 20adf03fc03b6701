using System.CommandLine;
using System.Globalization;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about limits of memory, processors and processes.</summary>
internal sealed class ResourceFlags
{
    private readonly Option<string?> _memory = new("--memory", "-m") { Description = "Memory limit: 64m, 2g", HelpName = "bytes" };
    private readonly Option<string?> _reservation = new("--memory-reservation") { Description = "Memory that it keeps when the host's is short", HelpName = "bytes" };
    private readonly Option<string?> _swap = new("--memory-swap") { Description = "Memory and swap together (default twice the memory, -1 for no limit)", HelpName = "bytes" };
    private readonly Option<long?> _swappiness = new("--memory-swappiness") { Description = "How gladly its memory is swapped out: 0 to 100", HelpName = "int" };
    private readonly Option<bool> _oomKillDisable = new("--oom-kill-disable") { Description = "At its memory limit let it wait instead of killing it (cgroup v1)" };
    private readonly Option<int?> _oomScore = new("--oom-score-adj") { Description = "How soon it is killed when the host's memory is short: -1000 to 1000", HelpName = "int" };
    private readonly Option<string?> _cpus = new("--cpus") { Description = "Number of processors: 1.5", HelpName = "decimal" };
    private readonly Option<long?> _shares = new("--cpu-shares", "-c") { Description = "Weight against others (usually 1024)", HelpName = "int" };
    private readonly Option<long?> _period = new("--cpu-period") { Description = "Microseconds in which --cpu-quota may be used", HelpName = "int" };
    private readonly Option<long?> _quota = new("--cpu-quota") { Description = "Microseconds of processor time in a period", HelpName = "int" };
    private readonly Option<long?> _realtimePeriod = new("--cpu-rt-period") { Description = "As --cpu-period, for real-time scheduling (cgroup v1)", HelpName = "int" };
    private readonly Option<long?> _realtimeRuntime = new("--cpu-rt-runtime") { Description = "As --cpu-quota, for real-time scheduling (cgroup v1)", HelpName = "int" };
    private readonly Option<string?> _cpuset = new("--cpuset-cpus") { Description = "Processors that it may use: 0-2,4" };
    private readonly Option<string?> _mems = new("--cpuset-mems") { Description = "Memory nodes that it may use: 0,1" };
    private readonly Option<long?> _pids = new("--pids-limit") { Description = "Most processes (default 2048, -1 for no limit)", HelpName = "int" };
    private readonly Option<string[]> _ulimits = new("--ulimit") { Description = "Limit of each process: nofile=1024:2048", HelpName = "list" };
    private readonly Option<string?> _shm = new("--shm-size") { Description = "Size of /dev/shm (default 64m)", HelpName = "bytes" };
    private readonly Option<string?> _parent = new("--cgroup-parent") { Description = "Make its control group below this one" };
    private readonly Option<string[]> _storage = new("--storage-opt") { Description = "Refused: a writable layer has no size of its own here", HelpName = "list" };
    private readonly BlockIOFlags _disks;

    public ResourceFlags(Command command)
    {
        command.AddAll(
            [_memory, _reservation, _swap, _swappiness, _oomKillDisable, _oomScore, _cpus, _shares, _period, _quota, _realtimePeriod, _realtimeRuntime,
             _cpuset, _mems, _pids, _ulimits, _shm, _parent, _storage]);
        _disks = new(command);
    }

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request)
    {
        if (line.ValuesOf(_storage) is [var storage, ..])
        {
            throw new SlipwayException(ErrorKind.NotSupported, $"--storage-opt {storage}: a writable layer has no size of its own here")
            {
                Hint = "what must be bounded can be a tmpfs: --tmpfs /data:size=64m",
            };
        }
        return request with
        {
            Resources = _disks.Add(line, new()
            {
                MemoryBytes = Size(line, _memory),
                MemoryReservation = Size(line, _reservation),
                MemorySwap = line.GetValue(_swap) == "-1" ? -1 : Size(line, _swap),
                MemorySwappiness = line.GetValue(_swappiness) is { } swappiness and not -1 ? swappiness : null,
                OomKillDisable = line.GetValue(_oomKillDisable),
                OomScoreAdj = line.GetValue(_oomScore),
                NanoCpus = line.GetValue(_cpus) is { } cpus ? ReadCpus(cpus) : null,
                CpuShares = line.GetValue(_shares),
                CpuPeriod = line.GetValue(_period),
                CpuQuota = line.GetValue(_quota),
                CpuRealtimePeriod = line.GetValue(_realtimePeriod),
                CpuRealtimeRuntime = line.GetValue(_realtimeRuntime),
                CpusetCpus = line.GetValue(_cpuset),
                CpusetMems = line.GetValue(_mems),
                PidsLimit = line.GetValue(_pids),
                Ulimits = [.. line.ValuesOf(_ulimits).Select(UlimitParser.Parse)],
                ShmBytes = Size(line, _shm),
                CgroupParent = line.GetValue(_parent) is { Length: > 0 } parent ? parent : null,
            }),
        };
    }

    private static long? Size(ParseResult line, Option<string?> option) => line.GetValue(option) is { } text ? SizeText.Parse(text) : null;

    internal static long ReadCpus(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cpus) && cpus is > 0 and < 1_000_000
            ? (long)(cpus * 1_000_000_000)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{text}\" for \"--cpus\" flag: want a number of processors such as 1.5");
}

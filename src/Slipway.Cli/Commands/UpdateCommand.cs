using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Runtime.Restarting;

namespace Slipway.Cli.Commands;

internal sealed class UpdateCommand : SlipCommand
{
    private readonly Option<int?> _weight = new("--blkio-weight") { Description = "Weight at the disks: 10 to 1000", HelpName = "int" };
    private readonly Option<string?> _cpus = new("--cpus") { Description = "Number of processors: 1.5", HelpName = "decimal" };
    private readonly Option<long?> _shares = new("--cpu-shares", "-c") { Description = "Weight against others (usually 1024)", HelpName = "int" };
    private readonly Option<long?> _period = new("--cpu-period") { Description = "Microseconds in which --cpu-quota may be used", HelpName = "int" };
    private readonly Option<long?> _quota = new("--cpu-quota") { Description = "Microseconds of processor time in a period", HelpName = "int" };
    private readonly Option<long?> _realtimePeriod = new("--cpu-rt-period") { Description = "As --cpu-period, for real-time scheduling (cgroup v1)", HelpName = "int" };
    private readonly Option<long?> _realtimeRuntime = new("--cpu-rt-runtime") { Description = "As --cpu-quota, for real-time scheduling (cgroup v1)", HelpName = "int" };
    private readonly Option<string?> _cpuset = new("--cpuset-cpus") { Description = "Processors that it may use: 0-2,4" };
    private readonly Option<string?> _mems = new("--cpuset-mems") { Description = "Memory nodes that it may use: 0,1" };
    private readonly Option<string?> _memory = new("--memory", "-m") { Description = "Memory limit: 64m, 2g", HelpName = "bytes" };
    private readonly Option<string?> _reservation = new("--memory-reservation") { Description = "Memory that it keeps when the host's is short", HelpName = "bytes" };
    private readonly Option<string?> _swap = new("--memory-swap") { Description = "Memory and swap together (-1 for no limit)", HelpName = "bytes" };
    private readonly Option<long?> _pids = new("--pids-limit") { Description = "Most processes (-1 for no limit)", HelpName = "int" };
    private readonly Option<string?> _restart = new("--restart") { Description = "no, always, unless-stopped, on-failure[:N], on-unhealthy[:N]", HelpName = "policy" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public UpdateCommand()
        : base("update",
            """
            Gives containers other limits, at once where they run, and another restart policy from their next start on.

              slip update -m 256m --cpus 0.5 web
              slip update --restart unless-stopped web
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_weight, _cpus, _shares, _period, _quota, _realtimePeriod, _realtimeRuntime, _cpuset, _mems, _memory, _reservation, _swap, _pids, _restart])
            Options.Add(option);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        if (Options.All(option => line.GetResult(option) is null))
            throw new SlipwayException(ErrorKind.InvalidArgument, "you must provide one or more flags when using this command");
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.Do(line.GetValue(_containers)!, name => engine.Containers.Update(name, request => Change(line, request)));
    }

    private ContainerRequest Change(ParseResult line, ContainerRequest request)
    {
        ResourceRequest now = request.Resources;
        ResourceRequest wanted = now with
        {
            BlkioWeight = line.GetValue(_weight) is { } weight ? weight : now.BlkioWeight,
            NanoCpus = line.GetValue(_cpus) is { } cpus ? ResourceFlags.ReadCpus(cpus) : now.NanoCpus,
            CpuShares = line.GetValue(_shares) ?? now.CpuShares,
            CpuPeriod = line.GetValue(_period) ?? now.CpuPeriod,
            CpuQuota = line.GetValue(_quota) ?? now.CpuQuota,
            CpuRealtimePeriod = line.GetValue(_realtimePeriod) ?? now.CpuRealtimePeriod,
            CpuRealtimeRuntime = line.GetValue(_realtimeRuntime) ?? now.CpuRealtimeRuntime,
            CpusetCpus = line.GetValue(_cpuset) ?? now.CpusetCpus,
            CpusetMems = line.GetValue(_mems) ?? now.CpusetMems,
            MemoryBytes = Size(line, _memory) ?? now.MemoryBytes,
            MemoryReservation = Size(line, _reservation) ?? now.MemoryReservation,
            MemorySwap = line.GetValue(_swap) == "-1" ? -1 : Size(line, _swap) ?? now.MemorySwap,
            PidsLimit = line.GetValue(_pids) ?? now.PidsLimit,
        };
        return request with { Resources = wanted == now ? now : wanted, Restart = line.GetValue(_restart) is { } policy ? RestartPolicy.Parse(policy) : request.Restart };
    }

    private static long? Size(ParseResult line, Option<string?> option) => line.GetValue(option) is { } text ? SizeText.Parse(text) : null;
}

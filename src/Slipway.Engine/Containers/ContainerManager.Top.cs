using Slipway.Engine.Containers.Usage;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>What the host's ps says of a running container's processes.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="options">Of ps; none: <c>-ef</c>.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict: it doesn't run; InvalidArgument: the options.</exception>
    public string Top(string nameOrId, IReadOnlyList<string> options)
    {
        ContainerRecord record = Get(nameOrId);
        if (record.IsRestarting)
            throw Restarting(record);
        Cgroup cgroup = CgroupOf(record) ?? throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not running");
        string table = ProcessTable.Of(new HashSet<int>(cgroup.Processes()), options);
        _context.Events.Container(record, "top");
        return table;
    }

    /// <summary>Readings of what containers use.</summary>
    public UsageReader ReadUsage() => new(_context);
}

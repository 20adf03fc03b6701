using Slipway.Linux;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Stops all processes of a running container where they are, until <see cref="Unpause"/>.</summary>
    /// <exception cref="SlipwayException">Conflict: it doesn't run, or is paused. NotSupported: this host's cgroups can't freeze.</exception>
    public void Pause(string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        if (record.IsRestarting)
            throw Restarting(record);
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        Cgroup cgroup = CgroupOf(record) ?? throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not running");
        using IDisposable turn = CommitPause.TakeTurn(_context.Paths.Run(record.Id), cgroup);
        try
        {
            if (cgroup.IsFrozen())
                throw new SlipwayException(ErrorKind.Conflict, $"Container {record.Id} is already paused");
            cgroup.Freeze();
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            // Its end took the group away between our look and this.
            throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not running", e);
        }
        _context.Events.Container(record, "pause");
    }

    /// <summary>Lets a paused container's processes go on.</summary>
    /// <exception cref="SlipwayException">Conflict: it isn't paused.</exception>
    public void Unpause(string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        if (CgroupOf(record) is not { } cgroup || !cgroup.IsFrozen())
            throw new NotPausedException(record.Id);
        cgroup.Thaw();
        _context.Events.Container(record, "unpause");
    }

    // A signal reaches paused processes, but they act on it only when they go on.
    private void ThawAfter(ContainerRecord record)
    {
        if (record.IsPaused)
            CgroupOf(record)?.Thaw();
    }

    private Cgroup? CgroupOf(ContainerRecord record) =>
        ContainerProbe.ReadState(_context.Paths.Run(record.Id)) is { } state && ContainerProbe.IsAlive(state) ? Cgroup.Open(state.CgroupPaths) : null;
}

using Slipway.Engine.Images;
using Slipway.Engine.Networks;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Logs;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Removes a container with its writable layer; with <paramref name="volumes"/> its anonymous volumes too.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="force">Kills it first where it runs.</param>
    /// <param name="volumes">Anonymous volumes go as well.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict where it runs and <paramref name="force"/> is not set.</exception>
    public void Remove(string nameOrId, bool force = false, bool volumes = false)
    {
        ContainerRecord record = Get(nameOrId);
        if (record.IsActive)
        {
            if (!force)
            {
                throw new SlipwayException(ErrorKind.Conflict,
                    $"cannot remove container \"/{record.Name}\": container is {(record.IsRestarting ? "restarting" : "running")}: stop the container before removing or force remove");
            }
            KillAndWait(record);
            if (Find(record.Id) is null)
                return; // --rm: its monitor was quicker
        }
        try
        {
            RemoveStopped(record.Id, volumes);
        }
        catch (SlipwayException) when (force && Find(record.Id) is { IsRunning: true } meanwhile)
        {
            KillAndWait(meanwhile);
            if (Find(record.Id) is not null)
                RemoveStopped(record.Id, volumes);
        }
    }

    /// <summary>Settles a container whose client is gone; one that was to be removed at its end is. Called by the monitor.</summary>
    public void Reap(string id)
    {
        if (Find(id) is { } record)
            RemoveIfAbandoned(record);
    }

    private void KillAndWait(ContainerRecord record)
    {
        PreventRestart(record);
        SignalAndTell(record, SigKill);
        ThawAfter(record);
        WaitForEnd(record.Id);
    }

    private bool RemoveIfAbandoned(ContainerRecord record)
    {
        bool abandoned = record.Status is ContainerStatus.Removing || (record.Status is ContainerStatus.Exited && record.Request.AutoRemove);
        if (abandoned)
            RemoveStopped(record.Id, volumes: record.Request.AutoRemove);
        return abandoned;
    }

    // Said first, then out of sight by a rename, then the row, then the slow part: killed anywhere in between,
    // the next removal or listing goes on from there.
    private void RemoveStopped(string id, bool volumes)
    {
        IReadOnlyList<string> discarded;
        IReadOnlyList<Digest> images;
        using (ContainerLock held = ContainerLock.Take(_context.Paths, id))
        {
            if (Table.FindById(id) is not { } current)
                return;
            // A start whose client was killed goes on without it, and the row doesn't know.
            bool runs = ContainerProbe.ReadState(_context.Paths.Run(id)) is { } state && ContainerProbe.IsMonitorAlive(state);
            if (runs || ContainerLifecycle.Next(current.Status, ContainerEvent.Remove) is null)
                throw new SlipwayException(ErrorKind.Conflict, $"cannot remove container \"/{current.Name}\": it was started meanwhile");
            images = ContainerTable.ImagesOf(current);
            Table.SetRemoving(id);
            NetworkRelease.Release(_context, id);
            _context.Paths.Trash.Take(_context.Paths.Upper(id), id);
            RemoveFiles(id);
            // A start that was killed before it could say where its control groups are.
            if (current.StartedAt is null)
                Cgroup.OpenAt(ContainerSpec.CgroupsPathOf(current)).KillAndRemove();
            discarded = Forget(current, volumes);
            File.Delete(_context.Paths.Lock(id));
        }
        _context.Paths.Trash.Empty(id);
        _context.Volumes.Discard(discarded);
        foreach (Digest image in images)
            new ImageRemover(_context).RemoveRetired(image);
    }

    // Its last start is the last use of what it stood on, which nobody else would remember.
    private IReadOnlyList<string> Forget(ContainerRecord record, bool volumes) => _context.Store.Database.InTransaction(() =>
    {
        DateTimeOffset used = record.StartedAt ?? record.Created;
        _context.Store.Images.SetUsed(ContainerTable.ImagesOf(record), used);
        _context.Volumes.SetUsedBy(record.Id, used);
        IReadOnlyList<string> discarded = volumes ? _context.Volumes.RemoveAnonymousOf(record.Id) : [];
        _context.Volumes.ReleaseUser(record.Id);
        _context.Networks.DeleteEndpoints(record.Id);
        _context.Store.Leases.Unpin(PinOf(record.Id));
        Table.Delete(record.Id);
        _context.Events.Container(record, "destroy");
        return discarded;
    });

    private void RemoveFiles(string id)
    {
        Trees.Remove(_context.Paths.Work(id));
        Trees.Remove(_context.Paths.Run(id));
        Trees.Remove(_context.Paths.NameFiles(id));
        LogFiles.Delete(_context.Paths.Log(id));
        File.Delete(_context.Paths.Exit(id));
    }
}

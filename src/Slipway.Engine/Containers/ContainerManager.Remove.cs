using Slipway.Engine.Images;
using Slipway.Engine.Networks;
using Slipway.Engine.Protecting;
using Slipway.Engine.Trash;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Logs;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>
    /// Removes a container; with <paramref name="volumes"/> its anonymous volumes too. It goes to the trash, from where it can be brought back
    /// (<see cref="Undo"/>): that takes the same time whatever is in its writable layer.
    /// </summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="force">Kills it first where it runs.</param>
    /// <param name="volumes">Anonymous volumes go as well.</param>
    /// <param name="purge">Not to the trash: it is gone for good, and its disk is free.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict where it is protected, or runs and <paramref name="force"/> is not set.</exception>
    public void Remove(string nameOrId, bool force = false, bool volumes = false, bool purge = false)
    {
        ContainerRecord record = Get(nameOrId);
        ProtectionManager.Check(_context.Protections, ProtectedKind.Container, record.Id, record.Name);
        if (record.IsActive)
        {
            if (!force)
            {
                string why = record.IsPaused ? "paused and must be unpaused first" : $"{(record.IsRestarting ? "restarting" : "running")}: stop the container before removing or force remove";
                throw new SlipwayException(ErrorKind.Conflict, $"cannot remove container \"/{record.Name}\": container is {why}");
            }
            KillAndWait(record);
            if (Find(record.Id) is null)
                return; // --rm: its monitor was quicker
        }
        try
        {
            RemoveStopped(record.Id, volumes, purge);
        }
        catch (SlipwayException) when (force && Find(record.Id) is { IsRunning: true } meanwhile)
        {
            KillAndWait(meanwhile);
            if (Find(record.Id) is not null)
                RemoveStopped(record.Id, volumes, purge);
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
        bool abandoned = record.Status is ContainerStatus.Removing
            || (record.Status is ContainerStatus.Exited && record.Request.AutoRemove && !_context.Protections.Contains(ProtectedKind.Container, record.Id));
        if (abandoned)
            RemoveStopped(record.Id, volumes: record.Request.AutoRemove, purge: false);
        return abandoned;
    }

    // Said first, then the row, then the slow part: killed anywhere in between, the next removal or listing goes on from there.
    private void RemoveStopped(string id, bool volumes, bool purge)
    {
        IReadOnlyList<string> discarded;
        IReadOnlyList<Digest> images;
        bool kept;
        using (ContainerLock held = ContainerLock.Take(_context.Paths, id))
        {
            if (Table.FindById(id) is not { } current)
                return;
            // A start whose client was killed goes on without it, and the row doesn't know.
            bool runs = ContainerProbe.ReadState(_context.Paths.Run(id)) is { } state && ContainerProbe.IsMonitorAlive(state);
            if (runs || ContainerLifecycle.Next(current.Status, ContainerEvent.Remove) is null)
                throw new SlipwayException(ErrorKind.Conflict, $"cannot remove container \"/{current.Name}\": it was started meanwhile");
            RequireNobodyInside(current);
            images = ContainerTable.ImagesOf(current);
            kept = !purge && IsWorthKeeping(current);
            Table.SetRemoving(id);
            NetworkRelease.Release(_context, id);
            if (!kept)
                _context.Paths.Bin.Take(_context.Paths.Upper(id), id);
            // A start that was killed before it could say where its control groups are; first, since the files are what tells of it.
            if (File.Exists(_context.Paths.Config(id)))
                Cgroup.OpenAt(ContainerSpec.CgroupsPathOf(current)).KillAndRemove();
            RemoveFiles(id, kept);
            discarded = Forget(current, volumes, kept);
            File.Delete(_context.Paths.Copying(id));
            File.Delete(_context.Paths.Lock(id));
        }
        if (kept)
        {
            _keeper.AfterRemoval();
            return;
        }
        _context.Paths.Bin.Empty(id);
        _context.Volumes.Discard(discarded);
        foreach (Digest image in images)
            new ImageRemover(_context).RemoveRetired(image);
    }

    // What was to go by itself and has done what it should is nobody's loss. Of what failed, or could not be started, somebody may want to know why.
    private bool IsWorthKeeping(ContainerRecord record) =>
        _context.Options.Trash.Age > TimeSpan.Zero && !(record.Request.AutoRemove && record.ExitCode == 0);

    // Its last start is the last use of what it stood on, which nobody else would remember.
    private IReadOnlyList<string> Forget(ContainerRecord record, bool volumes, bool kept) => _context.Store.Database.InTransaction(() =>
    {
        DateTimeOffset used = record.StartedAt ?? record.Created;
        _context.Store.Images.SetUsed(ContainerTable.ImagesOf(record), used);
        _context.Volumes.SetUsedBy(record.Id, used);
        IReadOnlyList<string> discarded = volumes ? _context.Volumes.RemoveAnonymousOf(record.Id, kept ? ExpiryOf(record) : null) : [];
        _context.Volumes.ReleaseUser(record.Id);
        if (kept)
        {
            _context.Trash.TakeContainer(record.Id, _context.Now, ExpiryOf(record), TrashKeeper.MeasureSmall(_context.Paths.Upper(record.Id)));
            _context.Store.Leases.HandOverPins(PinOf(record.Id), TrashKeeper.PinOf(record.Id));
        }
        else
        {
            _context.Store.Leases.Unpin(PinOf(record.Id));
        }
        _context.Networks.DeleteEndpoints(record.Id);
        _context.Protections.Remove(ProtectedKind.Container, record.Id);
        Table.Delete(record.Id);
        _context.Events.Container(record, "destroy");
        return discarded;
    });

    private DateTimeOffset ExpiryOf(ContainerRecord record)
    {
        TimeSpan age = _context.Options.Trash.Age;
        return _context.Now + (record.Request.AutoRemove && age > TrashPolicy.AgeOfFailed ? TrashPolicy.AgeOfFailed : age);
    }

    private void RemoveFiles(string id, bool kept)
    {
        Trees.Remove(_context.Paths.Work(id));
        Trees.Remove(_context.Paths.Run(id));
        Trees.Remove(_context.Paths.NameFiles(id));
        if (kept)
            return;
        LogFiles.Delete(_context.Paths.Log(id));
        File.Delete(_context.Paths.Exit(id));
    }
}

using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Trash;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>The container of that name in the trash that was removed last, or the one whose id begins so; null where there is none.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: several ids begin so.</exception>
    internal ContainerRecord? FindRemoved(string nameOrId)
    {
        string name = nameOrId.TrimStart('/');
        List<TrashedItem> matches = [.. _context.Trash.List().Where(i => i.Kind is TrashedKind.Container && name.Length > 0 && (i.Name == name || i.Id.StartsWith(name, StringComparison.Ordinal)))];
        TrashedItem? item = matches.Find(i => i.Name == name) ?? (matches.Count <= 1 ? matches.FirstOrDefault()
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"several containers in the trash have ids that begin with {nameOrId}"));
        return item is null ? null : _context.Trash.FindContainer(item.Id);
    }

    /// <summary>
    /// Brings a container back from the trash: the same id, configuration, writable layer and log, and the anonymous volumes that went with it. It
    /// does not run. A volume that is gone is there again and empty, which <paramref name="note"/> is told.
    /// </summary>
    /// <param name="id">Its whole id.</param>
    /// <param name="name">Another name for it; null: the one that it had.</param>
    /// <param name="note">Told what is not as it was.</param>
    /// <exception cref="SlipwayException">NotFound: it is not in the trash; Conflict: another container has the name; Corrupt: its writable layer is gone.</exception>
    internal ContainerRecord Undo(string id, string? name, Action<string> note)
    {
        using ContainerLock held = ContainerLock.Take(_context.Paths, id);
        return _context.Store.Database.InTransaction(() =>
        {
            ContainerRecord record = _context.Trash.FindContainer(id) ?? throw new SlipwayException(ErrorKind.NotFound, $"undo {id[..12]}: it is not in the trash any more");
            name ??= record.Name;
            if (Table.FindByName(name) is { } other)
            {
                throw new SlipwayException(ErrorKind.Conflict, $"undo {record.Name}: the name \"/{name}\" is already in use by container \"{other.Id}\"")
                {
                    Hint = $"give it another: 'slip undo {id[..12]} --name {name}-old'",
                };
            }
            if (!Directory.Exists(_context.Paths.Upper(id)))
                throw new SlipwayException(ErrorKind.Corrupt, $"undo {record.Name}: its writable layer is gone from {_context.Paths.Upper(id)}");
            _context.Trash.GiveContainerBack(id, name);
            _context.Store.Leases.HandOverPins(TrashKeeper.PinOf(id), PinOf(id));
            BringVolumesBack(record, note);
            MakeWork(id);
            record = record with { Name = name };
            _context.Events.Container(record, "undo");
            return record;
        });
    }

    private void BringVolumesBack(ContainerRecord record, Action<string> note)
    {
        List<TrashedItem> trashed = _context.Trash.List();
        foreach (string volume in record.Request.Mounts.Where(m => m.Kind is MountKind.Volume).Select(m => m.Source).Distinct())
        {
            if (_context.Volumes.Find(volume) is null)
            {
                TrashedItem? own = trashed.Find(i => i.Kind is TrashedKind.Volume && i.Name == volume);
                if (own is null || !_context.Volumes.GiveBack(own.Id))
                {
                    _context.Volumes.Create(volume);
                    note($"the volume {Printable.Escape(volume)} is gone, and a new one is empty");
                }
                else if (own.Container != record.Id)
                {
                    note($"the volume {Printable.Escape(volume)} was in the trash too, and is back");
                }
            }
            _context.Volumes.AddUser(volume, record.Id);
        }
    }

    private void MakeWork(string id)
    {
        if (!Directory.Exists(_context.Paths.Work(id)))
            Directory.CreateDirectory(_context.Paths.Work(id), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

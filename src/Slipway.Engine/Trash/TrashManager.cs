using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Engine.Trash;

/// <summary>What came back.</summary>
/// <param name="Item">What it was in the trash.</param>
/// <param name="Name">What it is called now.</param>
/// <param name="Notes">What is not as it was, for people.</param>
public sealed record Undone(TrashedItem Item, string Name, IReadOnlyList<string> Notes);

/// <summary>
/// Containers and volumes that were removed, for a week unless <see cref="EngineOptions.Trash"/> says otherwise: they can be brought back as they
/// were. The oldest go sooner where there is too much, or where the disk is short.
/// </summary>
public sealed class TrashManager
{
    private readonly EngineContext _context;
    private readonly ContainerManager _containers;
    private readonly TrashKeeper _keeper;

    internal TrashManager(EngineContext context, ContainerManager containers) => (_context, _containers, _keeper) = (context, containers, new(context));

    /// <summary>Everything, what was removed last first.</summary>
    public IReadOnlyList<TrashedItem> List() => _context.Trash.List();

    /// <summary>What is meant: the last that had the name, or a container by the beginning of its id.</summary>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: several ids begin so.</exception>
    public TrashedItem Get(string nameOrId)
    {
        IReadOnlyList<TrashedItem> all = List();
        string name = nameOrId.TrimStart('/');
        if (all.FirstOrDefault(i => i.Name == name) is { } named)
            return named;
        List<TrashedItem> matches = [.. all.Where(i => name.Length > 0 && (i.Id.StartsWith(name, StringComparison.Ordinal)))];
        return matches.Count switch
        {
            1 => matches[0],
            0 => throw new SlipwayException(ErrorKind.NotFound, $"nothing called {nameOrId} is in the trash") { Hint = "'slip undo' lists what is" },
            _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"several things in the trash have ids that begin with {nameOrId}"),
        };
    }

    /// <summary>A container that is there, or else the one of that name or id that was removed last and is in the trash.</summary>
    /// <exception cref="SlipwayException">NotFound: neither; InvalidArgument: several ids begin so.</exception>
    public ContainerRecord GetContainer(string nameOrId) => _containers.Find(nameOrId) ?? _containers.FindRemoved(nameOrId)
        ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {nameOrId}") { Hint = "'slip ps -a' lists those that are there, 'slip trash ls' those that were removed" };

    /// <summary>Brings a container or volume back as it was. A container does not run afterwards.</summary>
    /// <param name="nameOrId">As for <see cref="Get"/>.</param>
    /// <param name="name">Another name for a container; null: the one that it had.</param>
    /// <exception cref="SlipwayException">As <see cref="Get"/>; Conflict: the name is taken; Corrupt: its files are gone.</exception>
    public Undone Undo(string nameOrId, string? name = null)
    {
        TrashedItem item = Get(nameOrId);
        List<string> notes = [];
        if (item.Kind is TrashedKind.Container)
            return new(item, _containers.Undo(item.Id, name, notes.Add).Name, notes);
        if (name is not null)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"undo {item.Name}: a volume can't get another name");
        if (!_context.Volumes.GiveBack(item.Id))
            throw new SlipwayException(ErrorKind.Conflict, $"undo {item.Name}: there is a volume of that name again") { Hint = $"remove that one first, if it is not needed: 'slip volume rm {item.Name}'" };
        return new(item, item.Name, notes);
    }

    /// <summary>Removes one for good.</summary>
    /// <exception cref="SlipwayException">As <see cref="Get"/>.</exception>
    public TrashedItem Remove(string nameOrId)
    {
        TrashedItem item = Get(nameOrId);
        _keeper.Remove(item);
        return item;
    }

    /// <summary>Removes one for good that was listed before; nothing where it is gone or back already.</summary>
    public void Remove(TrashedItem item) => _keeper.Remove(item);

    /// <summary>Holds the trash to its policy: measures, and removes what is too old or too much.</summary>
    public void Tidy(CancellationToken cancel) => _keeper.Tidy(cancel);
}

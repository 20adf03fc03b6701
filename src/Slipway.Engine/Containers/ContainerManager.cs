using Slipway.Engine.Containers.Users;
using Slipway.Engine.Filters;
using Slipway.Engine.Trash;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Containers;

/// <summary>
/// Containers, one verb a file: this one finds and lists them. Whatever a record says is settled against the kernel first, so that
/// a client or a monitor that was killed at any moment leaves no wrong answer behind.
/// </summary>
public sealed partial class ContainerManager
{
    private readonly EngineContext _context;
    private readonly ContainerReconciler _reconciler;
    private readonly TrashKeeper _keeper;

    internal ContainerManager(EngineContext context)
    {
        _context = context;
        _reconciler = new(context);
        _keeper = new(context);
    }

    private ContainerTable Table => _context.Containers;

    /// <summary>The container of that name, id, or unique beginning of an id.</summary>
    /// <exception cref="SlipwayException">NotFound, or InvalidArgument where several ids begin so.</exception>
    public ContainerRecord Get(string nameOrId) =>
        Find(nameOrId) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {nameOrId}");

    /// <summary>As <see cref="Get"/>; null where there is none.</summary>
    public ContainerRecord? Find(string nameOrId)
    {
        ContainerRecord? record = FindRow(nameOrId);
        return record is null ? null : _reconciler.Settle(record);
    }

    /// <summary>Reads <c>key=value</c>: ancestor, before, exited, expose, health, id, label, name, network, publish, since, status, volume.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another key, or a value that it can't have; NotFound: no such container.</exception>
    public ContainerFilter ReadFilter(IEnumerable<string> filters) => new(FilterList.Parse(filters, "containers", ContainerFilter.Keys), _context, Get);

    /// <summary>All containers, newest first.</summary>
    public IReadOnlyList<ContainerRecord> List()
    {
        List<ContainerRecord> settled = [];
        foreach (ContainerRecord record in Table.List())
        {
            if (_reconciler.Settle(record) is { } now && !RemoveIfAbandoned(now))
                settled.Add(now);
        }
        return settled;
    }

    /// <summary>The containers that stand on an image.</summary>
    public IReadOnlyList<ContainerRecord> ListByImage(Digest image) =>
        [.. Table.ListByImage(image).Select(_reconciler.Settle).OfType<ContainerRecord>()];

    /// <summary>The directory of its hosts, hostname and resolv.conf.</summary>
    public string NameFilesOf(ContainerRecord record) => _context.Paths.NameFiles(record.Id);

    /// <summary>The ids that the container has to itself; null: the host's.</summary>
    public OwnerMap? OwnersOf(ContainerRecord record) => ContainerUsers.MapOf(_context, record);

    /// <summary>Where the container's output is kept.</summary>
    public string LogPathOf(ContainerRecord record) => _context.Paths.Log(record.Id);

    /// <summary>Where its writable layer is.</summary>
    public string LayerPathOf(ContainerRecord record) => _context.Paths.Upper(record.Id);

    private ContainerRecord? FindRow(string nameOrId)
    {
        // Docker writes names with a slash in front.
        nameOrId = nameOrId.TrimStart('/');
        if (nameOrId.Length == 0)
            return null;
        if (Table.FindByName(nameOrId) is { } named)
            return named;
        if (nameOrId.Length > 64 || nameOrId.AsSpan().ContainsAnyExcept("0123456789abcdef"))
            return null;
        List<ContainerRecord> matches = Table.FindByPrefix(nameOrId);
        return matches.Count <= 1
            ? matches.FirstOrDefault()
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"Multiple IDs found with provided prefix: {nameOrId}");
    }
}

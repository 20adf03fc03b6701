using Slipway.Engine.Networks;
using Slipway.Oci;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>
    /// Takes a name away that a container has for another (<c>--link</c>). Both stay as they are; the name is gone with the container's next start,
    /// since its hosts file is written then.
    /// </summary>
    /// <param name="nameOrId">The container that has the name.</param>
    /// <param name="alias">The name.</param>
    /// <exception cref="SlipwayException">NotFound: there is no such container, or it has no such name.</exception>
    public void RemoveLink(string nameOrId, string alias)
    {
        ContainerRecord found = Find(nameOrId) ?? throw new SlipwayException(ErrorKind.NotFound, $"Cannot get parent /{nameOrId} for link name /{nameOrId}/{alias}");
        using ContainerLock held = ContainerLock.Take(_context.Paths, found.Id);
        ContainerRecord record = Get(found.Id);
        NetworkAttachment[] left = [.. (record.Request.Attachments ?? []).Select(a => a with { Links = [.. a.Links.Where(l => l.Split(':')[^1] != alias)] })];
        if ((record.Request.Attachments ?? []).Sum(a => a.Links.Count) == left.Sum(a => a.Links.Count))
            throw new SlipwayException(ErrorKind.NotFound, $"No such link: /{record.Name}/{Linux.Printable.Escape(alias)}");
        Table.SetRequest(record.Id, record.Request with { Attachments = left });
    }
}

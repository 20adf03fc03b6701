using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>
/// docker's links on the default network, as its clients see them: a container that is linked to has a name more, <c>/ASKER/ALIAS</c>. What a link does
/// is <see cref="NetworkStarter"/>'s.
/// </summary>
public sealed class ContainerLinks
{
    private readonly IReadOnlyList<ContainerRecord> _all;
    private readonly ILookup<string, string> _names;

    /// <summary>Of these containers among each other.</summary>
    public ContainerLinks(IReadOnlyList<ContainerRecord> all)
    {
        _all = all;
        _names = all.SelectMany(asker => Of(asker)).ToLookup(l => l.Other.Id, l => l.Path);
    }

    /// <summary>All names of a container, its own first.</summary>
    public IEnumerable<string> NamesOf(ContainerRecord container) => _names[container.Id].Order(StringComparer.Ordinal).Prepend("/" + container.Name);

    /// <summary>Where a link's name leads; null where there is none of that name.</summary>
    /// <param name="path"><c>/ASKER/ALIAS</c>.</param>
    public ContainerRecord? Find(string path) => _all.FirstOrDefault(c => _names[c.Id].Contains(path));

    /// <summary>What a container's links are to clients: <c>/NAME:/ASKER/ALIAS</c>, with the name that the other has now.</summary>
    public IReadOnlyList<string> LinksOf(ContainerRecord asker) => [.. Of(asker).Select(l => $"/{l.Other.Name}:{l.Path}")];

    /// <summary>Whether each link names a container that is there.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: one does not.</exception>
    internal static void Check(ContainerManager containers, ContainerRequest request)
    {
        foreach ((string name, _) in Asked(request))
        {
            if (containers.Find(name) is null)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"could not get container for {name}: No such container: {name}");
        }
    }

    private IEnumerable<(ContainerRecord Other, string Path)> Of(ContainerRecord asker)
    {
        foreach ((string name, string alias) in Asked(asker.Request))
        {
            if ((_all.FirstOrDefault(c => c.Name == name) ?? _all.FirstOrDefault(c => c.Id.StartsWith(name, StringComparison.Ordinal))) is { } other)
                yield return (other, $"/{asker.Name}/{alias}");
        }
    }

    // In other networks a link is a name in it, and docker shows it there.
    private static IEnumerable<(string Name, string Alias)> Asked(ContainerRequest request)
    {
        foreach (string link in (request.Attachments ?? []).Where(a => a.Network is NetworkManager.DefaultName).SelectMany(a => a.Links))
        {
            string[] parts = link.Split(':');
            yield return (parts[0].TrimStart('/'), parts[^1].TrimStart('/'));
        }
    }
}

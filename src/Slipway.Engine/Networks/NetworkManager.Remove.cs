using Slipway.Engine.Containers;
using Slipway.Linux.Files;
using Slipway.Network.Dns;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

public sealed partial class NetworkManager
{
    /// <summary>Removes a network with its bridge.</summary>
    /// <exception cref="SlipwayException">NotFound; Conflict: a container that runs is in it; Denied: it is one of those that are always there.</exception>
    public void Remove(string nameOrId)
    {
        NetworkRecord network = Get(nameOrId);
        if (network.ConfigOnly)
        {
            RemoveConfiguration(network);
            return;
        }
        if (network.IsDefault || network.Driver != "bridge")
            throw new SlipwayException(ErrorKind.Denied, $"{network.Name} is a pre-defined network and cannot be removed");
        if (MembersOf(network) is { Count: > 0 } members)
        {
            string who = string.Join(", ", members.Select(m => $"name:\"{m.Container.Name}\" id:\"{m.Container.ShortId}\""));
            throw new NetworkInUseException(network.Name, who)
            {
                Hint = $"stop them, or take them out: slip network disconnect {network.Name} {members[0].Container.Name}",
            };
        }
        using var host = new NetworkHost(Table, _context.Options);
        using FileLock held = host.Lock();
        host.Remove(network);
        foreach (EndpointRecord endpoint in Table.EndpointsIn(network.Id))
            Table.DeleteEndpoint(network.Id, endpoint.ContainerId);
        new NameDirectory(_context.Paths.Names).Remove(network.Id);
        // Last: killed before, the next removal goes on from here.
        Table.Delete(network.Id);
        _context.Events.Network(network, "destroy");
    }

    private void RemoveConfiguration(NetworkRecord network)
    {
        if (Table.List().Find(n => n.ConfigFrom == network.Name) is { } user)
            throw new SlipwayException(ErrorKind.Denied, $"configuration network \"{network.Name}\" is in use") { Hint = $"network {user.Name} was made by it: remove that one first" };
        Table.Delete(network.Id);
        _context.Events.Network(network, "destroy");
    }

    /// <summary>
    /// Removes the networks that no container, running or not, is in. The default one stays, but what this host has of it goes until it is used again.
    /// </summary>
    /// <returns>The names of those that are gone.</returns>
    public IReadOnlyList<string> Prune(Predicate<NetworkRecord>? which = null)
    {
        HashSet<string> used = UsedBy(_containers.List());
        List<string> removed = [];
        foreach (NetworkRecord network in Table.List().Where(n => !n.IsDefault && !n.ConfigOnly && !used.Contains(n.Id) && which?.Invoke(n) != false))
        {
            Remove(network.Id);
            removed.Add(network.Name);
        }
        if (Table.FindByName(DefaultName) is { } unused && !used.Contains(unused.Id) && !StaysUnused(unused))
            TryRelease(unused, () => Table.Update(Defined(_context, unused, Table.Defaults.Network)));
        _context.Events.Pruned("network", 0);
        return removed;
    }

    /// <summary>Those that could be removed if only these containers were there.</summary>
    internal IReadOnlyList<NetworkRecord> Unused(IEnumerable<ContainerRecord> containers)
    {
        HashSet<string> used = UsedBy(containers);
        return [.. Table.List().Where(n => !n.IsDefault && !n.ConfigOnly && !used.Contains(n.Id))];
    }

    private HashSet<string> UsedBy(IEnumerable<ContainerRecord> containers) =>
        [.. containers.SelectMany(c => AttachmentsOf(c.Request)).Select(a => Find(_context, a.Network)?.Id ?? "")];
}

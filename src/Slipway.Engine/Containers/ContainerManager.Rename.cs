using System.Net;
using Slipway.Engine.Networks;
using Slipway.Network.Dns;
using Slipway.Oci;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Gives a container another name, under which its networks find it from now on.</summary>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: it can't be a name; Conflict: another has it, or it is its own.</exception>
    public void Rename(string nameOrId, string newName)
    {
        ContainerRecord record = Get(nameOrId);
        newName = newName.TrimStart('/');
        if (newName == record.Name)
            throw Invalid("Renaming a container with the same name as its current name");
        if (!IsName(newName))
            throw Invalid($"Invalid container name ({Linux.Printable.Escape(newName)}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        _context.Store.Database.InTransaction(() =>
        {
            if (Table.FindByName(newName) is not null)
                throw NameTaken(newName);
            Table.SetName(record.Id, newName);
            _context.Events.Container(record with { Name = newName }, "rename", null, ("oldName", "/" + record.Name));
        });
        EnterNewName(record, newName);
    }

    private void EnterNewName(ContainerRecord record, string newName)
    {
        var memberships = new Memberships(_context.Paths.Memberships(record.Id));
        var directory = new NameDirectory(_context.Paths.Names);
        foreach (Membership membership in memberships.List())
        {
            string[] names = [.. membership.Names.Select(n => n == record.Name ? newName : n).Distinct()];
            IPAddress[] addresses = [.. membership.Addresses.Select(IPAddress.Parse)];
            string network = NetworkManager.Find(_context, membership.Network)?.Name ?? membership.Network;
            directory.Remove(membership.Network, record.ShortId, membership.Names, addresses);
            memberships.Add(membership.Network, membership.IsInternal, names, membership.Addresses, membership.Links);
            directory.Add(membership.Network, network, record.ShortId, names, addresses);
        }
    }
}

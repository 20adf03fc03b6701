using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Restarting;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Gives a container other limits, also while it runs, or another restart policy.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="change">Makes of what was asked for what is asked for now.</param>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: a value that can't be; Conflict: less memory than is in use.</exception>
    public void Update(string nameOrId, Func<ContainerRequest, ContainerRequest> change)
    {
        ContainerRecord record = Get(nameOrId);
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        record = Table.FindById(record.Id) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {nameOrId}");
        ContainerRequest request = change(record.Request);
        if (request.AutoRemove && request.Restart != RestartPolicy.None)
            throw Invalid("Restart policy cannot be updated because AutoRemove is enabled for the container");
        ResourceCheck.Change(record.Request.Resources, request.Resources);
        ImageRecord image = _context.Store.Images.Get(record.ImageId.ToString());
        Check(request, image);
        if (request.Resources != record.Request.Resources && CgroupOf(record) is { } cgroup)
        {
            using var given = new GivenDescriptors(0);
            ResourcesSpec resources = new ContainerSpec(_context, record with { Request = request }, image) { Given = given }.BuildResources();
            // At a start no limit is nothing to set; here one may be there that is to go.
            cgroup.Update(resources with { Devices = null, Pids = request.Resources.PidsLimit is < 0 ? new() { Limit = -1 } : resources.Pids });
        }
        _context.Store.Database.InTransaction(() =>
        {
            Table.SetRequest(record.Id, request);
            _context.Events.Container(record, "update");
        });
    }
}

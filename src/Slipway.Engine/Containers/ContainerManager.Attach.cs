using Slipway.Oci;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Attaches to the streams of a running container, beside others who are. One that reads too slowly is dropped, and slows nobody.</summary>
    /// <exception cref="SlipwayException">NotFound; Conflict: it doesn't run, or is paused.</exception>
    public ContainerSession Attach(string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        if (record.IsRestarting)
            throw new SlipwayException(ErrorKind.Conflict, "You cannot attach to a restarting container, wait until it is running");
        if (record.IsPaused)
            throw new SlipwayException(ErrorKind.Conflict, "You cannot attach to a paused container, unpause it first");
        if (!record.IsRunning)
            throw new SlipwayException(ErrorKind.Conflict, "You cannot attach to a stopped container, start it first");
        AttachStream stream = AttachStream.Connect(_context.Paths.Run(record.Id));
        _context.Events.Container(record, "attach");
        return new ContainerSession(record, stream);
    }

    /// <summary>What the host's ps says of a running container's processes.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="options">Of ps; none: <c>-ef</c>.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict: it doesn't run; InvalidArgument: the options.</exception>
    public string Top(string nameOrId, IReadOnlyList<string> options)
    {
        ContainerRecord record = Get(nameOrId);
        if (record.IsRestarting)
            throw Restarting(record);
        Cgroup cgroup = CgroupOf(record) ?? throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not running");
        string table = ProcessTable.Of(new HashSet<int>(cgroup.Processes()), options);
        _context.Events.Container(record, "top");
        return table;
    }

    /// <summary>Stops and starts a container; its writable layer stays.</summary>
    /// <inheritdoc cref="Stop(string, int?, string?)"/>
    public void Restart(string nameOrId, int? timeoutSeconds = null, string? signal = null)
    {
        ContainerRecord record = Stop(nameOrId, timeoutSeconds, signal);
        Start(record.Id).Dispose();
        _context.Events.Container(record, "restart");
    }

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
        if (request.AutoRemove && request.Restart != Runtime.Restarting.RestartPolicy.None)
            throw Invalid("Restart policy cannot be updated because AutoRemove is enabled for the container");
        Store.Images.ImageRecord image = _context.Store.Images.Get(record.ImageId.ToString());
        Check(request, image);
        if (request.Resources != record.Request.Resources && CgroupOf(record) is { } cgroup)
        {
            using var given = new GivenDescriptors(0);
            cgroup.Update(new ContainerSpec(_context, record with { Request = request }, image) { Given = given }.BuildResources() with { Devices = null });
        }
        _context.Store.Database.InTransaction(() =>
        {
            Table.SetRequest(record.Id, request);
            _context.Events.Container(record, "update");
        });
    }
}

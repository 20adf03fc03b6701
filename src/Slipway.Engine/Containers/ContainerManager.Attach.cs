using Slipway.Oci;
using Slipway.Runtime.Attach;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>A connection to a running container's monitor, to wait for its end or to size its terminal; nobody is told.</summary>
    /// <exception cref="SlipwayException">NotFound; Conflict: it doesn't run.</exception>
    public AttachStream Watch(string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        return record.IsRunning
            ? AttachStream.Connect(_context.Paths.Run(record.Id))
            : throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not running");
    }

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

    /// <summary>A client's terminal, and with it the container's, has this size.</summary>
    public void TellResized(ContainerRecord record, int rows, int columns) =>
        _context.Events.Container(record, "resize", null, ("height", $"{rows}"), ("width", $"{columns}"));

    /// <summary>A client has left its streams.</summary>
    public void TellDetached(ContainerRecord record) => _context.Events.Container(record, "detach");
}

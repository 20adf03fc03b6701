using Slipway.Oci;
using Slipway.Runtime.Attach;

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
}

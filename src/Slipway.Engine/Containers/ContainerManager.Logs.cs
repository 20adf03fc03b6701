using Slipway.Oci;
using Slipway.Runtime.Logs;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>What the container printed, oldest first.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="query">Which records.</param>
    /// <param name="follow">Goes on until the container ends, and through the restarts of its policy.</param>
    /// <param name="cancel">Ends the wait for more.</param>
    /// <exception cref="SlipwayException">NotFound; NotSupported: nothing is kept of it.</exception>
    public IEnumerable<LogEntry> Logs(string nameOrId, LogQuery query, bool follow = false, CancellationToken cancel = default)
    {
        ContainerRecord record = Get(nameOrId);
        if (!record.Request.Log.Keeps)
            throw new SlipwayException(ErrorKind.NotSupported, "configured logging driver does not support reading");
        return LogReader.Read(_context.Paths.Log(record.Id), query with { FollowRunDir = follow && record.IsActive ? _context.Paths.Run(record.Id) : null }, cancel);
    }
}

using Slipway.Runtime.Logs;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>What the container printed, oldest first.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="tail">Only the last records; null is all.</param>
    /// <param name="follow">Goes on until the container ends.</param>
    /// <param name="cancel">Ends the wait for more.</param>
    public IEnumerable<LogEntry> Logs(string nameOrId, int? tail = null, bool follow = false, CancellationToken cancel = default)
    {
        ContainerRecord record = Get(nameOrId);
        string? followed = follow && record.IsRunning ? _context.Paths.Run(record.Id) : null;
        return LogReader.Read(_context.Paths.Log(record.Id), new LogQuery { Tail = tail, FollowRunDir = followed }, cancel);
    }
}

using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Linux.Polling;

namespace Slipway.Engine.Events;

/// <summary>Tells when the files of a container that runs change: how it has ended, how its health is, when memory ran out.</summary>
internal sealed class ContainerFileWatch : IDisposable
{
    private readonly EngineContext _context;
    private readonly SafeFd _changes = Inotify.Create();
    private HashSet<(string Id, DateTimeOffset? Started)> _watched = [];

    public ContainerFileWatch(EngineContext context)
    {
        _context = context;
        Inotify.WatchEntries(_changes, context.Paths.Exits);
    }

    /// <summary>Readable when something has changed since <see cref="Drain"/>.</summary>
    public int Number => _changes.Number;

    public void Drain() => Inotify.Drain(_changes);

    /// <summary>Watches those that run; whether one of them was not watched before.</summary>
    public bool Add(IReadOnlyList<ContainerRecord> containers)
    {
        HashSet<(string, DateTimeOffset?)> running = [.. containers.Where(c => c.IsRunning).Select(c => (c.Id, c.StartedAt))];
        bool added = false;
        foreach ((string id, _) in running.Where(r => !_watched.Contains(r)))
            added |= TryWatch(id);
        _watched = running;
        return added;
    }

    public void Dispose() => _changes.Dispose();

    private bool TryWatch(string id)
    {
        try
        {
            Inotify.WatchEntries(_changes, _context.Paths.Run(id));
            return true;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOSPC)
        {
            return false; // it has gone; or there are more than one user may watch (inotify(7)): then it is looked for from time to time
        }
    }
}

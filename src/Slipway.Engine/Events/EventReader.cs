using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Linux.Polling;

namespace Slipway.Engine.Events;

/// <summary>Reads what has happened, and follows what happens, whichever process it is that does it.</summary>
public sealed class EventReader
{
    // What only a container's own files tell, as a change of its health, is looked for this often.
    private const int LookMilliseconds = 1000;

    private readonly EngineContext _context;
    private readonly ContainerManager _containers;

    internal EventReader(EngineContext context, ContainerManager containers)
    {
        _context = context;
        _containers = containers;
    }

    /// <summary>Those that a filter takes, until a moment, or without end.</summary>
    /// <param name="since">From then on, oldest first; null: only those to come.</param>
    /// <param name="until">Until then; null: until it is cancelled.</param>
    /// <param name="takes">Which.</param>
    /// <param name="cancel">Ends it.</param>
    public IEnumerable<EventRecord> Read(DateTimeOffset? since, DateTimeOffset? until, Predicate<EventRecord> takes, CancellationToken cancel)
    {
        // Before the first look: what changes from now on is noticed.
        using SafeFd changes = Inotify.Create();
        using SafeFd wake = EventFd.Create();
        using CancellationTokenRegistration registration = cancel.Register(() => EventFd.Raise(wake));
        Inotify.WatchFile(changes, _context.Options.StorePaths.Database + "-wal");
        Inotify.WatchEntries(changes, _context.Paths.Exits);
        EventTable table = _context.Events.Table;
        long last = table.LastId();
        _containers.List();
        if (since is { } begin)
        {
            last = table.LastId();
            foreach (EventRecord record in table.From(begin))
            {
                if (record.Id <= last && (until is null || record.Time <= until) && takes(record))
                    yield return record;
            }
        }
        while (!cancel.IsCancellationRequested)
        {
            foreach (EventRecord record in table.After(last))
            {
                last = record.Id;
                if ((until is null || record.Time <= until) && takes(record))
                    yield return record;
            }
            double left = until is { } end ? (end - _context.Now).TotalMilliseconds : LookMilliseconds;
            if (left <= 0)
                yield break;
            PollEntry[] entries = [new(changes.Number, PollEvents.Readable), new(wake.Number, PollEvents.Readable)];
            Poller.Wait(entries, (int)Math.Ceiling(Math.Min(left, LookMilliseconds)));
            Inotify.Drain(changes);
            _containers.List();
        }
    }
}

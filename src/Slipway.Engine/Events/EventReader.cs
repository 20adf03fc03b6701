using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Linux.Polling;

namespace Slipway.Engine.Events;

/// <summary>Reads what has happened, and follows what happens, whichever process it is that does it.</summary>
public sealed class EventReader
{
    // A monitor that was killed writes nothing down: that is looked for this often.
    private const int LookMilliseconds = 10_000;

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
        using SafeFd rows = Inotify.Create();
        using SafeFd wake = EventFd.Create();
        using CancellationTokenRegistration registration = cancel.Register(() => EventFd.Raise(wake));
        Inotify.WatchFile(rows, _context.Options.StorePaths.Database + "-wal");
        using var files = new ContainerFileWatch(_context);
        EventTable table = _context.Events.Table;
        long last = table.LastId();
        Look(files);
        if (since is { } begin)
        {
            last = table.LastId();
            foreach (EventRecord record in table.From(begin))
            {
                if (record.Id <= last && (until is null || record.Time <= until) && takes(record))
                    yield return record;
            }
        }
        long nextLook = Environment.TickCount64 + LookMilliseconds;
        while (!cancel.IsCancellationRequested)
        {
            bool started = false;
            foreach (EventRecord record in table.After(last))
            {
                last = record.Id;
                started |= record is { Type: "container", Action: "start" };
                if ((until is null || record.Time <= until) && takes(record))
                    yield return record;
            }
            // What its files tell from now on is to be noticed.
            if (started)
            {
                Look(files);
                continue;
            }
            double left = Math.Min(nextLook - Environment.TickCount64, until is { } end ? (end - _context.Now).TotalMilliseconds : double.MaxValue);
            if (left <= 0 && until <= _context.Now)
                yield break;
            PollEntry[] entries = [new(rows.Number, PollEvents.Readable), new(files.Number, PollEvents.Readable), new(wake.Number, PollEvents.Readable)];
            Poller.Wait(entries, (int)Math.Ceiling(Math.Max(0, left)));
            Inotify.Drain(rows);
            if (!entries[1].CanRead && Environment.TickCount64 < nextLook)
                continue;
            nextLook = Environment.TickCount64 + LookMilliseconds;
            Look(files);
        }
    }

    // Puts into rows what files tell; once more where some were not watched before.
    private void Look(ContainerFileWatch files)
    {
        files.Drain();
        if (files.Add(_containers.List()))
            _containers.List();
    }
}

using System.Collections.Concurrent;

namespace Slipway.Api.Streams;

/// <summary>Builds by the name that their client gave them, so that another request can end them (<c>POST /build/cancel</c>).</summary>
internal sealed class RunningBuilds
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>How many run, with names and without.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A build begins. It is forgotten when this is disposed; the later of two of one name is meant.</summary>
    /// <param name="name">Its name; empty: it has none.</param>
    /// <param name="cancel">Ends it.</param>
    public IDisposable Add(string name, CancellationTokenSource cancel)
    {
        Interlocked.Increment(ref _count);
        if (name.Length > 0)
            _running[name] = cancel;
        return new Entry(this, name, cancel);
    }

    /// <summary>Ends a build; nothing where there is none of that name, which may be over.</summary>
    public void Cancel(string name)
    {
        if (_running.TryGetValue(name, out CancellationTokenSource? cancel))
            cancel.Cancel();
    }

    private sealed class Entry(RunningBuilds builds, string name, CancellationTokenSource cancel) : IDisposable
    {
        public void Dispose()
        {
            builds._running.TryRemove(new(name, cancel));
            Interlocked.Decrement(ref builds._count);
        }
    }
}

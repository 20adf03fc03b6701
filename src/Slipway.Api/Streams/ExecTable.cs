using Slipway.Engine.Containers;
using Slipway.Runtime.Attach;

namespace Slipway.Api.Streams;

/// <summary>One command that a client had run in a container, or is about to.</summary>
/// <param name="id">Its number.</param>
/// <param name="container">Where.</param>
/// <param name="life">When the container had started that it is for: a command doesn't outlive that.</param>
/// <param name="request">The command.</param>
internal sealed class ExecEntry(string id, string container, DateTimeOffset? life, ExecRequest request)
{
    private int _started;

    public string Id { get; } = id;

    /// <summary>The container's id.</summary>
    public string Container { get; } = container;

    /// <summary>The start of the container that it is for.</summary>
    public DateTimeOffset? Life { get; } = life;

    public ExecRequest Request { get; } = request;

    /// <summary>The host's number of its process; 0 before its start.</summary>
    public int Pid { get; set; }

    public bool Running { get; set; }

    /// <summary>It has run, or could not be started.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Null before its end.</summary>
    public int? ExitCode { get; set; }

    /// <summary>Its streams, while it runs.</summary>
    public AttachChannel? Channel { get; set; }

    /// <summary>Whether this is the first to start it.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _started, 1) == 0;
}

/// <summary>
/// The commands that clients had run. They are this daemon's alone: who started one is connected with it, and one that has ended is only asked for
/// its code. The oldest that have ended go when there are many.
/// </summary>
internal sealed class ExecTable
{
    private const int Most = 2048;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ExecEntry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<ExecEntry> _byAge = new();

    public void Add(ExecEntry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry.Id, entry);
            _byAge.AddLast(entry);
            for (LinkedListNode<ExecEntry>? at = _byAge.First; at is not null && _entries.Count > Most;)
            {
                LinkedListNode<ExecEntry>? next = at.Next;
                if (!at.Value.Running)
                {
                    _entries.Remove(at.Value.Id);
                    _byAge.Remove(at);
                }
                at = next;
            }
        }
    }

    /// <summary>By its number.</summary>
    /// <exception cref="Wire.ApiException">404.</exception>
    public ExecEntry Get(string id)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(id) ?? throw new Wire.ApiException(404, $"No such exec instance: {Linux.Printable.Escape(id)}");
    }

    /// <summary>The numbers of those of a container that run, or are still to be started.</summary>
    /// <param name="container">Its id.</param>
    /// <param name="life">The start that they are for: what was to be started in an earlier life never will be.</param>
    public IReadOnlyList<string> OpenIn(string container, DateTimeOffset? life)
    {
        lock (_gate)
            return [.. _byAge.Where(e => e.Container == container && e.Life == life && !e.HasEnded).Select(e => e.Id)];
    }
}

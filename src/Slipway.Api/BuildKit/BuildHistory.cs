using System.Threading.Channels;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit;

/// <summary>The builds that run, and the last that did, for clients that list them: this daemon's, since it started. What they printed is not kept.</summary>
internal sealed class BuildHistory(TimeProvider clock)
{
    // Of those that ended; and as many again that a client wants kept.
    private const int Kept = 50, MostUnread = 1000, MostAttributes = 64 << 10;

    private readonly Lock _gate = new();
    private readonly List<Entry> _all = [];
    private readonly List<ChannelWriter<Entry>> _listeners = [];

    /// <summary>A build begins.</summary>
    /// <returns>What is to be told of its end.</returns>
    public Entry Begin(SolveRequest request)
    {
        // The request itself may hold much: a graph, and whatever a client says beside it.
        bool isShort = request.Attributes.Sum(a => (long)a.Key.Length + a.Value.Length) <= MostAttributes;
        var entry = new Entry(request.Ref, request.Frontend, isShort ? request.Attributes : [], request.Outputs, clock.GetUtcNow(), null, null, null, IsPinned: false);
        lock (_gate)
        {
            _all.Add(entry);
            Tell(entry);
        }
        return entry;
    }

    /// <summary>It has ended.</summary>
    /// <param name="begun">As it began.</param>
    /// <param name="response">What its client was told of the result.</param>
    /// <param name="error">Why it failed; null: it didn't.</param>
    public void End(Entry begun, IReadOnlyDictionary<string, string> response, GrpcException? error)
    {
        // Without what an error shows of the Dockerfile.
        Entry ended = begun with { Completed = clock.GetUtcNow(), Response = response, Error = error is null ? null : new(error.Code, error.Message) };
        lock (_gate)
        {
            _all.Remove(begun);
            _all.Add(ended);
            Shorten();
            Tell(ended);
        }
    }

    /// <summary>Forgets a build that has ended, or keeps it from being forgotten, or lets go of it: moby.buildkit.v1.UpdateBuildHistoryRequest.</summary>
    /// <exception cref="GrpcException">NotFound: there is none of that name; FailedPrecondition: it still runs; ResourceExhausted: too many are kept.</exception>
    public async Task UpdateAsync(GrpcCall call)
    {
        (string name, bool pin, bool delete) = ("", false, false);
        for (var reader = new ProtoReader(await call.RequestAsync().ConfigureAwait(false)); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: name = reader.Text; break;
                case 2: pin = reader.Flag; break;
                case 3: delete = reader.Flag; break;
            }
        }
        lock (_gate)
        {
            int index = _all.FindLastIndex(entry => entry.Name == name);
            if (index < 0)
                throw new GrpcException(GrpcCode.NotFound, $"no such build: {Linux.Printable.Escape(name)}");
            Update(index, pin, delete);
        }
        await call.WriteAsync(new ProtoWriter()).ConfigureAwait(false);
    }

    private void Update(int index, bool pin, bool delete)
    {
        Entry entry = _all[index];
        if (entry.Completed is null)
            throw new GrpcException(GrpcCode.FailedPrecondition, $"build {Linux.Printable.Escape(entry.Name)} still runs: it is kept or forgotten when it has ended");
        if (delete)
        {
            _all.RemoveAt(index);
            Tell(entry with { IsDeleted = true });
            return;
        }
        if (entry.IsPinned == pin)
            return;
        if (pin && _all.Count(other => other.IsPinned) == Kept)
            throw new GrpcException(GrpcCode.ResourceExhausted, $"{Kept} builds are kept already");
        Tell(_all[index] = entry with { IsPinned = pin });
        Shorten();
    }

    // The eldest goes first.
    private void Shorten()
    {
        if (_all.Count(entry => entry is { Completed: not null, IsPinned: false }) > Kept)
            _all.Remove(_all.First(entry => entry is { Completed: not null, IsPinned: false }));
    }

    /// <summary>Tells of builds: those that there are, and what happens to them from then on.</summary>
    /// <param name="call">Whose message says which ones, and whether it only wants those that there are.</param>
    public async Task ListenAsync(GrpcCall call)
    {
        (bool onlyActive, string name, bool leaves) = (false, "", false);
        for (var reader = new ProtoReader(await call.RequestAsync().ConfigureAwait(false)); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: onlyActive = reader.Flag; break;
                case 2: name = reader.Text; break;
                case 3: leaves = reader.Flag; break;
            }
        }
        var changes = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostUnread) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
        Entry[] there;
        lock (_gate)
        {
            there = [.. _all.Where(entry => !onlyActive || entry.Completed is null)];
            if (!leaves)
                _listeners.Add(changes.Writer);
        }
        try
        {
            foreach (Entry entry in there.Where(entry => name.Length == 0 || entry.Name == name))
                await call.WriteAsync(entry.ToEvent()).ConfigureAwait(false);
            if (leaves)
                return;
            await foreach (Entry entry in changes.Reader.ReadAllAsync(call.Gone).ConfigureAwait(false))
            {
                if (name.Length == 0 || entry.Name == name)
                    await call.WriteAsync(entry.ToEvent()).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_gate)
                _listeners.Remove(changes.Writer);
        }
    }

    private void Tell(Entry entry)
    {
        foreach (ChannelWriter<Entry> listener in _listeners)
            listener.TryWrite(entry);
    }

    /// <summary>A build: moby.buildkit.v1.BuildHistoryRecord.</summary>
    internal sealed record Entry(
        string Name, string Frontend, Dictionary<string, string> Attributes, IReadOnlyList<SolveOutput> Outputs, DateTimeOffset Created, DateTimeOffset? Completed,
        IReadOnlyDictionary<string, string>? Response, GrpcException? Error, bool IsPinned)
    {
        private const int Started = 0, Complete = 1, Deleted = 2;

        /// <summary>Whether it is told of for the last time.</summary>
        public bool IsDeleted { get; init; }

        public ProtoWriter ToEvent()
        {
            if (IsDeleted)
                return new ProtoWriter().Number(1, Deleted).Message(2, new ProtoWriter().Text(1, Name));
            var record = new ProtoWriter().Text(1, Name).Text(2, Frontend).Map(3, Attributes);
            foreach (SolveOutput output in Outputs)
                record.Message(4, new ProtoWriter().Text(1, output.Type).Map(2, output.Attributes));
            if (Error is not null)
                record.Message(5, new ProtoWriter().Number(1, (int)Error.Code).Text(2, Error.Message));
            record.Time(6, Created).Time(7, Completed).Map(9, Response ?? new Dictionary<string, string>()).Flag(14, IsPinned);
            return new ProtoWriter().Number(1, Completed is null ? Started : Complete).Message(2, record);
        }
    }
}

using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Network.Dns;

/// <summary>
/// A container's name server at 127.0.0.11: its sockets are in the container's network namespace, those by which it asks others in this process's.
/// One thread around poll(2); what a container can make it keep is bounded (invariant I8).
/// </summary>
/// <param name="config">What it knows.</param>
/// <param name="datagrams">Its UDP socket, bound; this owns it.</param>
/// <param name="streams">Its TCP socket, listening; this owns it.</param>
public sealed class Resolver(ResolverConfig config, SafeFd datagrams, SafeFd streams) : IDisposable
{
    private const int MostPending = 64, MostStreams = 16, LargestDatagram = 4096;

    private readonly LocalNames _names = new(config);
    private readonly List<PendingQuery> _pending = [];
    private readonly List<StreamQuery> _streams = [];
    private readonly byte[] _buffer = new byte[LargestDatagram];

    /// <summary>Serves for as long as the process lives.</summary>
    public void Run()
    {
        var entries = new PollEntry[2 + MostPending + MostStreams];
        while (true)
        {
            Poller.Wait(Arrange(entries), Timeout());
            try
            {
                Handle(entries);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // One question without an answer; the next one may have better luck.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pending.ForEach(static query => query.Dispose());
        _streams.ForEach(static stream => stream.Dispose());
        datagrams.Dispose();
        streams.Dispose();
    }

    private Span<PollEntry> Arrange(PollEntry[] entries)
    {
        entries[0] = new(_pending.Count < MostPending ? datagrams.Number : -1, PollEvents.Readable);
        entries[1] = new(_streams.Count < MostStreams ? streams.Number : -1, PollEvents.Readable);
        int count = 2;
        foreach (PendingQuery query in _pending)
            entries[count++] = new(query.Number, PollEvents.Readable);
        foreach (StreamQuery stream in _streams)
            entries[count++] = stream.Entry;
        return entries.AsSpan(0, count);
    }

    private int Timeout()
    {
        long next = long.MaxValue;
        foreach (PendingQuery query in _pending)
            next = Math.Min(next, query.Deadline);
        foreach (StreamQuery stream in _streams)
            next = Math.Min(next, stream.Deadline);
        return next == long.MaxValue ? System.Threading.Timeout.Infinite : (int)Math.Max(0, next - Environment.TickCount64);
    }

    private void Handle(PollEntry[] entries)
    {
        (int pending, int streamCount) = (_pending.Count, _streams.Count);
        long now = Environment.TickCount64;
        // From the last on, since those that are over go out.
        for (int i = streamCount - 1; i >= 0; i--)
        {
            _streams[i].Handle(entries[2 + pending + i], _buffer);
            if (!_streams[i].IsOver && _streams[i].Deadline > now)
                continue;
            _streams[i].Dispose();
            _streams.RemoveAt(i);
        }
        for (int i = pending - 1; i >= 0; i--)
        {
            bool done = entries[2 + i].CanRead && _pending[i].TryAnswer(datagrams, _buffer);
            if (!done && _pending[i].Deadline <= now)
                _pending[i].Next();
            if (!done && !_pending[i].HasFailed)
                continue;
            if (!done)
                _pending[i].Fail(datagrams);
            _pending[i].Dispose();
            _pending.RemoveAt(i);
        }
        if (entries[1].CanRead && UnixSocket.Accept(streams) is { } client)
            _streams.Add(new StreamQuery(client, _names, config.Servers));
        if (entries[0].CanRead)
            TakeDatagram();
    }

    private void TakeDatagram()
    {
        int count = Datagram.Receive(datagrams, _buffer, out DatagramPeer asker);
        if (count == FdIo.WouldBlock || DnsMessage.ReadQuestion(_buffer.AsSpan(0, count)) is not { } question)
            return;
        Span<byte> query = _buffer.AsSpan(0, count);
        if (_names.Answer(query, question) is { } known)
            Datagram.Send(datagrams, known, asker);
        else if (config.Servers.Count == 0)
            Datagram.Send(datagrams, DnsMessage.Fail(query, question, DnsMessage.ServerFailure), asker);
        else
            _pending.Add(new PendingQuery(query, asker, config.Servers));
    }
}

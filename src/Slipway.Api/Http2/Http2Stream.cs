using System.IO.Pipelines;

namespace Slipway.Api.Http2;

/// <summary>One request on a connection, and its answer: both directions are open at once. What has come and is not read yet stays within the window that we gave.</summary>
internal sealed class Http2Stream
{
    private readonly Http2Client _client;
    private readonly Lock _gate = new();
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private int _unread, _consumed;
    private volatile bool _isOver;

    public Http2Stream(Http2Client client, int id, long window)
    {
        _client = client;
        Id = id;
        Window = new(window);
    }

    public int Id { get; }

    /// <summary>What may be sent.</summary>
    public FlowWindow Window { get; }

    /// <summary>The answer's headers, and after its end also its trailers; the later of two of one name is meant.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.Ordinal);

    /// <summary>The answer's body. What was read is told by <see cref="ConsumedAsync"/>.</summary>
    public PipeReader Body => _received.Reader;

    /// <summary>Sends a piece of the body.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes, bool isLast, CancellationToken ct) => _client.SendDataAsync(this, bytes, isLast, ct);

    /// <summary>Gives the other end room again for what was read.</summary>
    public async ValueTask ConsumedAsync(int bytes)
    {
        Interlocked.Add(ref _unread, -bytes);
        _consumed += bytes;
        if (_consumed < Http2Client.StreamWindow / 2 || _isOver)
            return;
        int room = _consumed;
        _consumed = 0;
        await _client.SendWindowAsync(Id, room).ConfigureAwait(false);
    }

    /// <summary>Lets go of it: the other end is told, where it hasn't ended it.</summary>
    public async ValueTask CloseAsync()
    {
        bool wasOver = _isOver;
        Fail(new Http2Exception("the call was given up"));
        if (!wasOver)
            await _client.ResetAsync(Id).ConfigureAwait(false);
    }

    // From here on called by the connection's reader, one call after another; Fail also by whoever gives the call up.

    public void OnHeaders(IEnumerable<KeyValuePair<string, string>> headers, bool isLast)
    {
        foreach ((string name, string value) in headers)
            Headers[name] = value;
        if (isLast)
            End(null);
    }

    public void OnData(ReadOnlySpan<byte> bytes, bool isLast)
    {
        if (Interlocked.Add(ref _unread, bytes.Length) > Http2Client.StreamWindow)
            throw new Http2Exception("the other end sends more than it was given room for");
        lock (_gate)
        {
            if (_isOver)
                return;
            if (bytes.Length > 0)
            {
                bytes.CopyTo(_received.Writer.GetSpan(bytes.Length));
                _received.Writer.Advance(bytes.Length);
                // No threshold: it completes at once.
                _received.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        if (isLast)
            End(null);
    }

    public void Fail(Exception why) => End(why);

    private void End(Exception? why)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            _isOver = true;
            _received.Writer.Complete(why);
        }
        Window.End(why ?? new Http2Exception("the other end has ended the call"));
        _client.Forget(Id);
    }
}

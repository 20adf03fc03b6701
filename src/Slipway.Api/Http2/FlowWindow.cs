namespace Slipway.Api.Http2;

/// <summary>What may still be sent, in bytes, by a stream or by its connection (RFC 9113, section 5.2). Whoever wants to send waits for room.</summary>
internal sealed class FlowWindow(long size)
{
    private readonly Lock _gate = new();
    private long _size = size;
    private Exception? _end;
    private TaskCompletionSource? _waiting;

    /// <summary>Takes up to so many bytes of it; waits until there is one at least.</summary>
    public async ValueTask<int> TakeAsync(int most, CancellationToken ct)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_end is not null)
                    throw new Http2Exception(_end.Message, _end);
                if (_size > 0)
                {
                    int taken = (int)Math.Min(most, _size);
                    _size -= taken;
                    return taken;
                }
                _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _waiting.Task;
            }
            await room.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>More room; or less, where the other end changes what it began with.</summary>
    public void Add(long bytes)
    {
        lock (_gate)
        {
            _size += bytes;
            if (_size > int.MaxValue)
                throw new Http2Exception("the other end gives more room than there can be");
            Wake();
        }
    }

    /// <summary>Nothing more is sent: who waits, and who comes, is told why.</summary>
    public void End(Exception why)
    {
        lock (_gate)
        {
            _end ??= why;
            Wake();
        }
    }

    private void Wake()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }
}

using Slipway.Oci.Streams;

namespace Slipway.Store.Archives;

/// <summary>
/// Hands pooled buffers from one thread to another, a few at a time. Whoever has to wait sleeps at once: .NET's own collections look again and again
/// first, which on a machine with few processors takes them from the thread that is waited for.
/// </summary>
internal sealed class BufferPipe(int capacity)
{
    private readonly object _gate = new();
    private readonly Queue<(byte[] Buffer, int Length)> _waiting = new(capacity);
    private bool _complete;
    private bool _closed;

    /// <summary>Hands a buffer of the pool over, when there is room; false, and the buffer goes back, where nobody takes any more.</summary>
    public bool Add(byte[] buffer, int length)
    {
        lock (_gate)
        {
            while (_waiting.Count == capacity && !_closed)
                Monitor.Wait(_gate);
            if (!_closed)
            {
                _waiting.Enqueue((buffer, length));
                Monitor.PulseAll(_gate);
                return true;
            }
        }
        BufferPool.Return(buffer);
        return false;
    }

    /// <summary>The next buffer, which is the caller's to give back, when there is one; false at the end.</summary>
    public bool TryTake(out (byte[] Buffer, int Length) next)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_complete)
                Monitor.Wait(_gate);
            if (!_waiting.TryDequeue(out next))
                return false;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nothing more is taken; what waits goes back to the pool.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_waiting.TryDequeue(out (byte[] Buffer, int) left))
                BufferPool.Return(left.Buffer);
            Monitor.PulseAll(_gate);
        }
    }
}

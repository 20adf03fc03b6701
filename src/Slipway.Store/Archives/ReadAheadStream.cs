using System.Runtime.ExceptionServices;
using Slipway.Oci.Streams;

namespace Slipway.Store.Archives;

/// <summary>Reads its source on a thread of its own, a few buffers ahead, so that unpacking bytes and using them take no turns.</summary>
internal sealed class ReadAheadStream : ReadOnlyStream
{
    private const int BufferSize = 256 * 1024, BuffersAhead = 4;
    private readonly Stream _source;
    private readonly BufferPipe _filled = new(BuffersAhead);
    private readonly Task _reader;
    private ExceptionDispatchInfo? _failure;
    private byte[]? _current;
    private int _next;
    private int _length;

    /// <summary>Begins at once; the source is read and disposed by this stream alone.</summary>
    public ReadAheadStream(Stream source)
    {
        _source = source;
        _reader = Task.Factory.StartNew(Fill, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || (_next == _length && !Advance()))
            return 0;
        int length = Math.Min(buffer.Length, _length - _next);
        _current.AsSpan(_next, length).CopyTo(buffer);
        _next += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _filled.Close();
            _reader.Wait();
            Give(_current);
            _current = null;
            _source.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool Advance()
    {
        Give(_current);
        _current = null;
        (_next, _length) = (0, 0);
        if (!_filled.TryTake(out (byte[] Buffer, int Length) next))
        {
            // What the source threw is thrown where it would have been.
            _failure?.Throw();
            return false;
        }
        (_current, _length) = next;
        return true;
    }

    private void Fill()
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                buffer = BufferPool.Rent(BufferSize);
                int length = _source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
                if (length == 0)
                    return;
                byte[] full = buffer;
                buffer = null;
                if (!_filled.Add(full, length))
                    return;
            }
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            Give(buffer);
            _filled.Complete();
        }
    }

    private static void Give(byte[]? buffer)
    {
        if (buffer is not null)
            BufferPool.Return(buffer);
    }
}

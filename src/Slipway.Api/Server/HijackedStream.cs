using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Slipway.Api.Server;

/// <summary>A connection that was taken over. Each direction ends on its own: a client that has no more to send may still read.</summary>
/// <param name="input">What the client sends.</param>
/// <param name="output">What it reads.</param>
/// <param name="closeWrite">Ends what it reads.</param>
/// <param name="isHeadRead">Whether it has read the response's head; null where nothing can tell.</param>
internal sealed class HijackedStream(PipeReader input, Stream output, Func<ValueTask> closeWrite, Func<bool>? isHeadRead = null)
{
    private const int MostAhead = 64 * 1024;

    private static readonly TimeSpan s_patienceWithHead = TimeSpan.FromSeconds(5);

    private Func<bool>? _isHeadRead = isHeadRead;

    // What WaitForLossAsync has read: left in the reader it would be given out only with what comes after it, since it was looked at already.
    private ReadOnlyMemory<byte> _ahead;

    /// <summary>What the client sends next; empty where it has no more, or is gone.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation)
    {
        if (!_ahead.IsEmpty)
        {
            int kept = Math.Min(_ahead.Length, into.Length);
            _ahead[..kept].CopyTo(into);
            _ahead = _ahead[kept..];
            return kept;
        }
        try
        {
            ReadResult result = await input.ReadAsync(cancellation).ConfigureAwait(false);
            ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, into.Length));
            taken.CopyTo(into.Span);
            // Before the buffers go back: the sequence means nothing afterwards.
            int count = (int)taken.Length;
            input.AdvanceTo(taken.End);
            return count;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Ends when the client is gone, or has no more to send: what it sends before is kept for <see cref="ReadAsync"/>, which must not be called before
    /// this has ended. A client that only closed its own direction counts as there.
    /// </summary>
    public async Task WaitForLossAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(cancellation).ConfigureAwait(false);
                _ahead = (byte[])[.. _ahead.Span, .. result.Buffer.ToArray()];
                input.AdvanceTo(result.Buffer.End);
                // Nothing more can be learnt by reading: only a write would tell.
                if (result.IsCompleted || _ahead.Length >= MostAhead)
                    await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Gone.
        }
    }

    /// <summary>Sends; false where the client is gone.</summary>
    public async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await WaitForHeadAsync(cancellation).ConfigureAwait(false);
            await output.WriteAsync(bytes, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Says that nothing more comes from here.</summary>
    public async ValueTask CloseWriteAsync()
    {
        try
        {
            await closeWrite().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }

    // docker-py reads the head through a buffer and the rest past it: what comes with the head is lost to it. So the two never come in one read.
    // A client that doesn't read at all gets both in the end.
    private async ValueTask WaitForHeadAsync(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _isHeadRead, null) is not { } isRead)
            return;
        long begun = Stopwatch.GetTimestamp();
        for (int pause = 1; !isRead() && Stopwatch.GetElapsedTime(begun) < s_patienceWithHead; pause = Math.Min(2 * pause, 50))
            await Task.Delay(pause, cancellation).ConfigureAwait(false);
    }
}

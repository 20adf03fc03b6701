using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Slipway.Api.Server;

/// <summary>A connection that was taken over. Each direction ends on its own: a client that has no more to send may still read.</summary>
internal sealed class HijackedStream(PipeReader input, Stream output, Func<ValueTask> closeWrite)
{
    private const int MostAhead = 64 * 1024;

    /// <summary>What the client sends next; empty where it has no more, or is gone.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation)
    {
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
    /// Ends when the client is gone, or has no more to send: what it sends before is kept for <see cref="ReadAsync"/>. A client that only closed its
    /// own direction counts as there.
    /// </summary>
    public async Task WaitForLossAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(cancellation).ConfigureAwait(false);
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                // Nothing more can be learnt by reading: only a write would tell.
                if (result.IsCompleted || result.Buffer.Length >= MostAhead)
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
}

using System.Buffers.Binary;
using Slipway.Api.Server;
using Slipway.Oci.Streams;
using Slipway.Runtime.Attach;

namespace Slipway.Api.Streams;

/// <summary>What of a process's streams a client wants, and how they are written.</summary>
/// <param name="Stdin">What it sends goes to the process.</param>
/// <param name="Stdout">It gets the output.</param>
/// <param name="Stderr">It gets the errors.</param>
/// <param name="Raw">Without frames: a terminal has one stream.</param>
internal readonly record struct StreamWish(bool Stdin, bool Stdout, bool Stderr, bool Raw);

/// <summary>
/// Connects a client with a process: two directions, each at the pace of its receiver and each with an end of its own. The client may send
/// nothing more and still read; the process's end closes our side, and what the client still sends is nobody's.
/// </summary>
internal static class StreamPair
{
    /// <summary>Bytes before those of a frame.</summary>
    public const int HeaderSize = 8;

    private const int ChunkSize = 32 * 1024;

    /// <summary>Runs until the process has ended, the client detached, or is gone.</summary>
    /// <param name="client">Its connection.</param>
    /// <param name="process">The process's.</param>
    /// <param name="wish">What goes where.</param>
    /// <param name="ending">Called when the process has ended, before the client sees that.</param>
    /// <returns>The exit code; null where the process goes on.</returns>
    public static async Task<int?> RunAsync(HijackedStream client, AttachChannel process, StreamWish wish, Action? ending = null)
    {
        using var ended = new CancellationTokenSource();
        Task input = wish.Stdin ? FeedAsync(client, process, ended) : WatchAsync(client, ended);
        int? code = await DeliverAsync(client, process, wish, ended.Token).ConfigureAwait(false);
        if (code is not null)
            ending?.Invoke();
        await client.CloseWriteAsync().ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await input.ConfigureAwait(false);
        return code;
    }

    private static async Task<int?> DeliverAsync(HijackedStream client, AttachChannel process, StreamWish wish, CancellationToken ended)
    {
        byte[] frame = BufferPool.Rent(HeaderSize + ChunkSize);
        try
        {
            while (true)
            {
                (int stream, ReadOnlyMemory<byte> bytes) = await process.ReadAsync(ended).ConfigureAwait(false);
                if (bytes.IsEmpty)
                    return process.ExitCode;
                if (!(stream == 2 ? wish.Stderr : wish.Stdout))
                    continue;
                if (!wish.Raw)
                    bytes = Frame(frame, stream, bytes.Span);
                if (!await client.TryWriteAsync(bytes, ended).ConfigureAwait(false))
                    return null;
            }
        }
        catch (OperationCanceledException)
        {
            return null; // it detached
        }
        finally
        {
            BufferPool.Return(frame);
        }
    }

    /// <summary>Docker's frame: the stream, three zeros, the length big-endian, the bytes (API, ContainerAttach).</summary>
    public static ReadOnlyMemory<byte> Frame(byte[] into, int stream, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(into, (uint)stream << 24);
        BinaryPrimitives.WriteUInt32BigEndian(into.AsSpan(4), (uint)bytes.Length);
        bytes.CopyTo(into.AsSpan(HeaderSize));
        return into.AsMemory(0, HeaderSize + bytes.Length);
    }

    private static async Task FeedAsync(HijackedStream client, AttachChannel process, CancellationTokenSource ended)
    {
        byte[] chunk = BufferPool.Rent(ChunkSize);
        try
        {
            await process.BeginInputAsync().ConfigureAwait(false);
            while (await client.ReadAsync(chunk.AsMemory(0, ChunkSize), ended.Token).ConfigureAwait(false) is > 0 and int count)
            {
                if (await process.WriteAsync(chunk.AsMemory(0, count)).ConfigureAwait(false))
                    continue;
                await ended.CancelAsync().ConfigureAwait(false); // detached by its keys
                return;
            }
            await process.EndInputAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The other direction has ended, and the whole with it.
        }
        catch
        {
            await ended.CancelAsync().ConfigureAwait(false); // the caller sees why
            throw;
        }
        finally
        {
            BufferPool.Return(chunk);
        }
    }

    // Who only reads says by a half-close nothing: that it has gone shows when something is written to it.
    private static async Task WatchAsync(HijackedStream client, CancellationTokenSource ended)
    {
        byte[] nothing = new byte[512];
        try
        {
            while (await client.ReadAsync(nothing, ended.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }
}

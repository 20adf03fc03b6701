using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Slipway.Linux.Sockets;

namespace Slipway.Api.Server;

/// <summary>
/// One client's connection, as Kestrel wants it, and three things more: who is at its other end, whether that one is still there while a
/// long answer is being made, and the bare stream for those who take the connection over.
/// </summary>
internal sealed class ApiConnection : ServedConnection
{
    // Each piece of an answer is a system call: long ones are not cut small.
    private const int WriteAtOnce = 64 * 1024;

    private static readonly byte[] s_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closed = new();
    private Task? _watch;
    private int _isEnded;

    public ApiConnection(Socket socket, Stream stream, string caller)
    {
        _socket = socket;
        _stream = stream;
        ConnectionId = Guid.NewGuid().ToString("N");
        ConnectionClosed = _closed.Token;
        // Nothing is held for a connection that rests: it is waited for without a buffer.
        Transport = new Pipes(
            PipeReader.Create(stream, new StreamPipeReaderOptions(PipeBuffers.Instance, leaveOpen: true, useZeroByteReads: stream is NetworkStream)),
            PipeWriter.Create(stream, new StreamPipeWriterOptions(PipeBuffers.Instance, WriteAtOnce, leaveOpen: true)));
        Features.Set(this);
        Features.Set(new Caller(caller));
    }

    /// <summary>The status that was sent when it was taken over; null while it is HTTP.</summary>
    public int? HijackStatus { get; private set; }

    /// <summary>Whether the client went away, or we let it go.</summary>
    public bool IsClosed => _closed.IsCancellationRequested;

    /// <summary>
    /// Begins to look whether the client goes away, which nobody does while a request is answered. Not for a request whose body is still to
    /// be read: both would read.
    /// </summary>
    public CancellationToken WatchForEnd()
    {
        _watch ??= WatchAsync();
        return _closed.Token;
    }

    /// <summary>Ends the look, so that the next request can be read.</summary>
    public async Task StopWatchingAsync()
    {
        if (_watch is not { } watch)
            return;
        _watch = null;
        if (!watch.IsCompleted)
            Transport.Input.CancelPendingRead();
        await watch.ConfigureAwait(false);
        // The cancellation came too late for that read: it is not to hit the next one.
        if (Transport.Input.TryRead(out ReadResult late))
            Transport.Input.AdvanceTo(late.Buffer.Start);
    }

    /// <summary>Takes the connection over: what comes after the request's head and body is the caller's, and nothing is HTTP any more.</summary>
    /// <param name="status">The status that is sent.</param>
    /// <param name="head">The response's head without its status line, each line with its end.</param>
    public async Task<HijackedStream> HijackAsync(int status, string head)
    {
        await StopWatchingAsync().ConfigureAwait(false);
        HijackStatus = status;
        string reason = status == 101 ? "UPGRADED" : "OK";
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} {reason}\r\n{head}\r\n")).ConfigureAwait(false);
        return new HijackedStream(Transport.Input, _stream, CloseWriteAsync, _socket.AddressFamily == AddressFamily.Unix ? () => SendQueue.IsEmpty(_socket.SafeHandle) : null);
    }

    /// <summary>Whether the client begins with HTTP/2's preface (RFC 9113, section 3.4); waits for its first bytes, and leaves them.</summary>
    public async Task<bool> IsHttp2Async(CancellationToken patience)
    {
        while (true)
        {
            ReadResult result = await Transport.Input.ReadAsync(patience).ConfigureAwait(false);
            byte[] head = result.Buffer.Slice(0, Math.Min(s_preface.Length, result.Buffer.Length)).ToArray();
            bool mayBe = s_preface.AsSpan().StartsWith(head), isDecided = head.Length == s_preface.Length || !mayBe || result.IsCompleted;
            Transport.Input.AdvanceTo(result.Buffer.Start, isDecided ? result.Buffer.Start : result.Buffer.End);
            if (isDecided)
                return mayBe && head.Length == s_preface.Length;
        }
    }

    /// <summary>Both directions, for a protocol that goes on where this one's stops; what came already is in it.</summary>
    public IDuplexPipe Bare() => new Pipes(Transport.Input, PipeWriter.Create(_stream, new StreamPipeWriterOptions(PipeBuffers.Instance, leaveOpen: true)));

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => Close();

    /// <inheritdoc/>
    public override void Abort() => Close();

    /// <inheritdoc/>
    protected override async ValueTask CloseAsync()
    {
        try
        {
            await Transport.Output.CompleteAsync().ConfigureAwait(false);
            await Transport.Input.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }
        finally
        {
            Close();
            _closed.Dispose();
        }
    }

    private async ValueTask CloseWriteAsync()
    {
        if (_stream is SslStream tls)
            await tls.ShutdownAsync().ConfigureAwait(false);
        _socket.Shutdown(SocketShutdown.Send);
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
            return;
        _stream.Dispose();
        _socket.Dispose();
        _closed.Cancel();
    }

    private async Task WatchAsync()
    {
        try
        {
            ReadResult result = await Transport.Input.ReadAsync().ConfigureAwait(false);
            // Kept for the next request, where it is one that came early.
            Transport.Input.AdvanceTo(result.Buffer.Start);
            if (result.IsCompleted)
                await _closed.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Close();
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

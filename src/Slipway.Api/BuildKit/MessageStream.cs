using System.IO.Pipelines;
using Slipway.Api.Grpc;
using Slipway.Api.Server;

namespace Slipway.Api.BuildKit;

/// <summary>A connection inside a call: its bytes come and go as messages of nothing else, both ways.</summary>
internal sealed class MessageStream(GrpcCall call) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets a protocol have it until that is done, or the call's client is.</summary>
    public static async Task RunAsync(GrpcCall call, Func<HijackedStream, Task> use)
    {
        var pipe = new Pipe();
        Task reading = ReadAsync(call, pipe.Writer);
        // Only the call's own messages are read ahead, and of those as many as the pipe takes.
        await use(new HijackedStream(pipe.Reader, new MessageStream(call), () => ValueTask.CompletedTask)).ConfigureAwait(false);
        await pipe.Reader.CompleteAsync().ConfigureAwait(false);
        _ = reading;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await call.WriteAsync(BytesMessage.Of(buffer.Span)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            throw new IOException("the client is gone", e);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static async Task ReadAsync(GrpcCall call, PipeWriter into)
    {
        try
        {
            while (await call.ReadAsync().ConfigureAwait(false) is { } message)
            {
                if ((await into.WriteAsync(BytesMessage.Read(message)).ConfigureAwait(false)).IsCompleted)
                    return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or GrpcException or InvalidOperationException)
        {
            // However it ended: there is no more of it.
        }
        finally
        {
            await into.CompleteAsync().ConfigureAwait(false);
        }
    }
}

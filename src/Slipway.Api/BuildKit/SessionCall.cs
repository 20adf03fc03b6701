using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Slipway.Api.Grpc;
using Slipway.Api.Http2;
using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit;

/// <summary>One gRPC call to what a client serves in its session.</summary>
internal sealed class SessionCall(Http2Stream stream) : IAsyncDisposable
{
    private const string Status = "grpc-status", Message = "grpc-message";

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Sends a message.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await stream.SendAsync(GrpcFrame.Of(message.Span), isLast: false, ct).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task WriteAsync(ProtoWriter message, CancellationToken ct) => WriteAsync(message.Written, ct);

    /// <summary>Says that no more messages come from here.</summary>
    public Task CompleteAsync(CancellationToken ct) => stream.SendAsync(default, isLast: true, ct);

    /// <summary>The next message; null where there are no more and all is well. Valid until the next call.</summary>
    /// <exception cref="GrpcException">What the client ended it with.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken ct)
    {
        if (await TakeAsync(GrpcFrame.HeaderLength, ct).ConfigureAwait(false) is not { } header)
        {
            Check();
            return null;
        }
        int length = GrpcFrame.LengthOf(header);
        return length == 0 ? default(ReadOnlyMemory<byte>) : await TakeAsync(length, ct).ConfigureAwait(false) ?? throw new GrpcException(GrpcCode.Unavailable, "the client's answer is cut off");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.CloseAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async ValueTask<byte[]?> TakeAsync(int count, CancellationToken ct)
    {
        var bytes = new byte[count];
        // Piece by piece, so that a message larger than the window gets room for its rest.
        for (int have = 0; have < count;)
        {
            ReadResult result = await stream.Body.ReadAsync(ct).ConfigureAwait(false);
            ReadOnlySequence<byte> piece = result.Buffer.Slice(0, Math.Min(count - have, result.Buffer.Length));
            piece.CopyTo(bytes.AsSpan(have));
            int taken = (int)piece.Length;
            stream.Body.AdvanceTo(piece.End);
            if (taken == 0 && result.IsCompleted)
                return have == 0 ? null : throw new GrpcException(GrpcCode.Unavailable, "the client's answer is cut off");
            have += taken;
            await stream.ConsumedAsync(taken).ConfigureAwait(false);
        }
        return bytes;
    }

    private void Check()
    {
        string? status = stream.Headers.GetValueOrDefault(Status), http = stream.Headers.GetValueOrDefault(":status");
        if (status == "0")
            return;
        int code = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : (int)GrpcCode.Unknown;
        throw new GrpcException((GrpcCode)code, status is null ? $"the client's answer has no status (HTTP {http})" : Uri.UnescapeDataString(stream.Headers.GetValueOrDefault(Message) ?? $"status {code}"));
    }
}

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Protobuf;
using Slipway.Api.Server;

namespace Slipway.Api.Grpc;

/// <summary>One call of a client's: an HTTP/2 request whose body is messages, and whose answer is.</summary>
internal sealed class GrpcCall(ApiServices services, HttpContext http) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public ApiServices Services { get; } = services;

    /// <summary>Cancelled when the client cancels, or is gone.</summary>
    public CancellationToken Gone => http.RequestAborted;

    /// <summary>What a client sent with the call, beside its messages; empty where it didn't.</summary>
    public string Header(string name) => http.Request.Headers[name].ToString();

    /// <summary>All that a client sent of one name.</summary>
    public IEnumerable<string> Headers(string name) => http.Request.Headers[name].OfType<string>();

    /// <summary>The one message that a call of that kind has.</summary>
    public async Task<byte[]> RequestAsync() => await ReadAsync().ConfigureAwait(false) ?? throw new GrpcException(GrpcCode.InvalidArgument, "the call has no message");

    /// <summary>The next message; null where there are no more.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        ReadOnlySequence<byte>? header = await TakeAsync(GrpcFrame.HeaderLength).ConfigureAwait(false);
        if (header is not { } bytes)
            return null;
        int length = GrpcFrame.LengthOf(bytes.ToArray());
        http.Request.BodyReader.AdvanceTo(bytes.End);
        if (length == 0)
            return [];
        ReadOnlySequence<byte> message = await TakeAsync(length).ConfigureAwait(false) ?? throw new GrpcException(GrpcCode.InvalidArgument, "the call ended within a message");
        byte[] copy = message.ToArray();
        http.Request.BodyReader.AdvanceTo(message.End);
        return copy;
    }

    /// <summary>Sends a message.</summary>
    public async Task WriteAsync(ProtoWriter message)
    {
        await _turn.WaitAsync(Gone).ConfigureAwait(false);
        try
        {
            await http.Response.BodyWriter.WriteAsync(GrpcFrame.Of(message.Written.Span), Gone).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ReadOnlySequence<byte>?> TakeAsync(int count)
    {
        var result = await http.Request.BodyReader.ReadAtLeastAsync(count, Gone).ConfigureAwait(false);
        if (result.Buffer.Length >= count)
            return result.Buffer.Slice(0, count);
        bool isEnd = result.Buffer.IsEmpty;
        http.Request.BodyReader.AdvanceTo(result.Buffer.End);
        return isEnd ? null : throw new GrpcException(GrpcCode.InvalidArgument, "the call ended within a message");
    }
}

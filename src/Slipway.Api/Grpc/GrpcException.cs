namespace Slipway.Api.Grpc;

/// <summary>A call that ends with a status: one of ours that says so, or one of a client's that did.</summary>
/// <param name="code">The status.</param>
/// <param name="message">For people.</param>
/// <param name="details">google.rpc.Status, for clients that want more than the message; empty: none.</param>
internal sealed class GrpcException(GrpcCode code, string message, ReadOnlyMemory<byte> details = default) : Exception(message)
{
    public GrpcCode Code { get; } = code;

    public ReadOnlyMemory<byte> Details { get; } = details;
}

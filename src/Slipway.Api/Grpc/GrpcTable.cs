namespace Slipway.Api.Grpc;

/// <summary>Answers a call.</summary>
internal delegate Task GrpcHandler(GrpcCall call);

/// <summary>All calls that are answered, by path: <c>/moby.buildkit.v1.Control/Solve</c>.</summary>
internal sealed class GrpcTable
{
    private readonly Dictionary<string, GrpcHandler> _handlers = new(StringComparer.Ordinal);

    public void Add(string service, string method, GrpcHandler handler) => _handlers.Add($"/{service}/{method}", handler);

    /// <exception cref="GrpcException">Unimplemented: nobody answers.</exception>
    public GrpcHandler Get(string path) => _handlers.TryGetValue(path, out GrpcHandler? handler)
        ? handler
        : throw new GrpcException(GrpcCode.Unimplemented, $"'{Linux.Printable.Escape(path)}' is not served: Slipway builds Dockerfiles, and knows BuildKit's calls that docker build needs for that");
}

using Slipway.Api.Grpc;
using Slipway.Api.Http2;
using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit;

/// <summary>
/// A client that waits to be asked: for files, secrets, agents, credentials. It opened the connection (<c>POST /session</c>) and serves gRPC on it; when it
/// is over, so are the builds that need it.
/// </summary>
internal sealed class Session(string id, string sharedKey, IReadOnlySet<string> methods, Http2Client http)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(10), s_patience = TimeSpan.FromSeconds(30);

    /// <summary>As the client calls it.</summary>
    public string Id { get; } = id;

    /// <summary>The same for all sessions of one directory on one machine; empty where the client tells none.</summary>
    public string SharedKey { get; } = sharedKey;

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Ended => http.Ended;

    /// <summary>Whether the client offers a method: <c>/moby.buildkit.secrets.v1.Secrets/GetSecret</c>.</summary>
    public bool Serves(string method) => methods.Contains(method);

    /// <summary>Begins a call.</summary>
    /// <param name="method">Its path.</param>
    /// <param name="metadata">What is sent with it; a name may come several times.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="GrpcException">Unimplemented: the client doesn't offer it.</exception>
    public async Task<SessionCall> CallAsync(string method, IEnumerable<KeyValuePair<string, string>> metadata, CancellationToken ct)
    {
        if (!Serves(method))
            throw new GrpcException(GrpcCode.Unimplemented, $"the client doesn't serve {method}");
        return new(await http.OpenAsync(
            [
                new(":method", "POST"), new(":scheme", "http"), new(":path", method), new(":authority", "localhost"),
                new("content-type", "application/grpc"), new("te", "trailers"), new("user-agent", "slipway"), .. metadata,
            ],
            ct).ConfigureAwait(false));
    }

    /// <summary>A call of one message with an answer of one.</summary>
    public async Task<byte[]> AskAsync(string method, ProtoWriter request, CancellationToken ct)
    {
        await using SessionCall call = await CallAsync(method, [], ct).ConfigureAwait(false);
        await call.WriteAsync(request, ct).ConfigureAwait(false);
        await call.CompleteAsync(ct).ConfigureAwait(false);
        byte[] answer = (await call.ReadAsync(ct).ConfigureAwait(false))?.ToArray() ?? [];
        // The status stands behind the answer.
        while (await call.ReadAsync(ct).ConfigureAwait(false) is not null)
        {
        }
        return answer;
    }

    /// <summary>Looks from time to time whether the client still answers, until the token says enough; ends the session where it doesn't.</summary>
    public async Task WatchAsync(CancellationToken enough)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough, Ended);
        while (true)
        {
            await Task.Delay(s_between, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (either.IsCancellationRequested)
                return;
            if (!await http.PingAsync(s_patience).ConfigureAwait(false) && !Ended.IsCancellationRequested)
                http.End(new Http2Exception($"the client didn't answer for {s_patience.TotalSeconds:0} seconds"));
        }
    }
}

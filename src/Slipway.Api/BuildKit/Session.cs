using Slipway.Api.Grpc;
using Slipway.Api.Http2;
using Slipway.Api.Protobuf;
using Slipway.Api.Server;
using Slipway.Api.Wire;

namespace Slipway.Api.BuildKit;

/// <summary>
/// A client that waits to be asked: for files, secrets, agents, credentials. It opened the connection (<c>POST /session</c>) and serves gRPC on it; when it
/// is over, so are the builds that need it.
/// </summary>
internal sealed class Session(string id, string sharedKey, IReadOnlySet<string> methods, Http2Client http)
{
    private const string IdHeader = "X-Docker-Expose-Session-Uuid", KeyHeader = "X-Docker-Expose-Session-Sharedkey", MethodHeader = "X-Docker-Expose-Session-Grpc-Method";

    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(10), s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Checks what a client says of its session, before anything is answered.</summary>
    /// <exception cref="ApiException">400: it has no name.</exception>
    public static void Require(Func<string, string> header)
    {
        if (header(IdHeader).Length == 0)
            throw ApiException.BadRequest($"session: the header {IdHeader} is missing");
    }

    /// <summary>Lets the client of a connection be asked, until it is gone.</summary>
    /// <param name="sessions">Where it is found.</param>
    /// <param name="headers">What it says of itself.</param>
    /// <param name="connection">Where it serves.</param>
    /// <param name="gone">Cancelled when it is gone.</param>
    public static async Task ServeAsync(WaitingTable<Session> sessions, Func<string, IEnumerable<string>> headers, HijackedStream connection, CancellationToken gone)
    {
        string id = Only(IdHeader);
        await using var client = new Http2Client(connection);
        sessions.Add(id, new Session(id, Only(KeyHeader), headers(MethodHeader).ToHashSet(StringComparer.Ordinal), client));
        try
        {
            await client.RunAsync(gone).ConfigureAwait(false);
        }
        finally
        {
            sessions.Remove(id);
        }

        string Only(string name) => string.Join(',', headers(name));
    }

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

using System.Net.Sockets;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Build;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Api.BuildKit;

/// <summary>The secrets and SSH agents of a build's client. A secret is asked for when a step wants it, and kept nowhere; an agent is a socket of ours whose connections go to the client's.</summary>
internal sealed class SessionSecrets(Session session, LockedDirectory stage, CancellationToken ct) : ISecretLender, IDisposable
{
    private const string GetSecret = "/moby.buildkit.secrets.v1.Secrets/GetSecret", CheckAgent = "/moby.sshforward.v1.SSH/CheckAgent", ForwardAgent = "/moby.sshforward.v1.SSH/ForwardAgent";
    private const int Backlog = 16, BufferSize = 16 << 10;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Socket> _agents = new(StringComparer.Ordinal);

    public ReadOnlyMemory<byte>? FindSecret(string id)
    {
        if (!session.Serves(GetSecret))
            return null;
        try
        {
            byte[] answer = session.AskAsync(GetSecret, new ProtoWriter().Text(1, id), ct).GetAwaiter().GetResult();
            for (var reader = new ProtoReader(answer); reader.Next();)
            {
                if (reader.Field == 1)
                    return reader.Bytes.ToArray();
            }
            return ReadOnlyMemory<byte>.Empty;
        }
        catch (GrpcException e) when (e.Code == GrpcCode.NotFound)
        {
            return null;
        }
        catch (GrpcException e)
        {
            throw new SlipwayException(ErrorKind.NotFound, $"secret {Printable.Escape(id)}: the client says: {Printable.Escape(e.Message)}", e);
        }
    }

    public string? FindAgent(string id)
    {
        if (!session.Serves(CheckAgent))
            return null;
        try
        {
            session.AskAsync(CheckAgent, new ProtoWriter().Text(1, id), ct).GetAwaiter().GetResult();
        }
        catch (GrpcException)
        {
            return null; // it has none of that id
        }
        lock (_gate)
        {
            if (!_agents.TryGetValue(id, out Socket? listener))
                _agents[id] = listener = Listen(id);
            return $"{stage.Path}/agent{_agents.Keys.ToList().IndexOf(id)}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Socket listener in _agents.Values)
            listener.Dispose();
    }

    private Socket Listen(string id)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // By the directory's descriptor: a socket's name has room for 107 bytes.
        listener.Bind(new UnixDomainSocketEndPoint($"{stage.Directory.Handle.ProcPath}/agent{_agents.Count}"));
        listener.Listen(Backlog);
        _ = AcceptAsync(listener, id);
        return listener;
    }

    private async Task AcceptAsync(Socket listener, string id)
    {
        try
        {
            while (true)
                _ = RelayAsync(await listener.AcceptAsync(ct).ConfigureAwait(false), id);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The build is over.
        }
    }

    // An agent that is gone ends the connection: the client in the step says so.
    private async Task RelayAsync(Socket connection, string id)
    {
        using Socket near = connection;
        try
        {
            await using SessionCall far = await session.CallAsync(ForwardAgent, [new("buildkit.ssh.id", id)], ct).ConfigureAwait(false);
            await Task.WhenAll(SendAsync(near, far), ReceiveAsync(far, near)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or GrpcException or IOException)
        {
        }
    }

    private async Task SendAsync(Socket from, SessionCall to)
    {
        var buffer = new byte[BufferSize];
        for (int length; (length = await from.ReceiveAsync(buffer, ct).ConfigureAwait(false)) > 0;)
            await to.WriteAsync(BytesMessage.Of(buffer.AsSpan(0, length)), ct).ConfigureAwait(false);
        await to.CompleteAsync(ct).ConfigureAwait(false);
    }

    private async Task ReceiveAsync(SessionCall from, Socket to)
    {
        while (await from.ReadAsync(ct).ConfigureAwait(false) is { } message)
        {
            ReadOnlyMemory<byte> bytes = BytesMessage.Read(message);
            for (int sent = 0; sent < bytes.Length;)
                sent += await to.SendAsync(bytes[sent..], ct).ConfigureAwait(false);
        }
        to.Shutdown(SocketShutdown.Both);
    }
}

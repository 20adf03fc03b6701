using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Slipway.Api.BuildKit;
using Slipway.Api.Grpc;
using Slipway.Api.Http2;
using Slipway.Api.Protobuf;
using Slipway.Api.Server;

namespace Slipway.Api.Tests.BuildKit;

/// <summary>A client in a session, as a test wants it to behave: it writes and reads HTTP/2's frames by hand.</summary>
internal sealed class SessionPeer : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly ApiConnection _connection;
    private readonly Http2Client _client;
    private readonly Task _running;

    private SessionPeer(Socket socket, ApiConnection connection, Http2Client client)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _connection = connection;
        _client = client;
        _running = client.RunAsync(CancellationToken.None);
        Session = new("id", "", new HashSet<string> { "/moby.filesync.v1.FileSync/DiffCopy", "/moby.buildkit.secrets.v1.Secrets/GetSecret" }, client);
    }

    /// <summary>As slipd sees it.</summary>
    public Session Session { get; }

    /// <summary>A session whose client has read the other end's beginning.</summary>
    public static async Task<SessionPeer> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        Socket server = await listener.AcceptAsync();
        var connection = new ApiConnection(server, new NetworkStream(server), "test");
        HijackedStream stream = await connection.HijackAsync(101, "");
        var peer = new SessionPeer(client, connection, new Http2Client(stream));
        byte[] start = new byte["HTTP/1.1 101 UPGRADED\r\n\r\n".Length + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length];
        await peer._stream.ReadExactlyAsync(start);
        await peer.WriteAsync(FrameType.Settings, 0, 0, []);
        return peer;
    }

    public async Task WriteAsync(FrameType type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame);
    }

    public Task WriteRawAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask();

    /// <summary>The next frame of a type; others are passed over.</summary>
    public async Task<(byte Flags, int Stream, byte[] Payload)> ReadAsync(FrameType wanted)
    {
        while (true)
        {
            byte[] header = new byte[9];
            await _stream.ReadExactlyAsync(header);
            byte[] payload = new byte[header[0] << 16 | header[1] << 8 | header[2]];
            await _stream.ReadExactlyAsync(payload);
            if ((FrameType)header[3] == wanted)
                return (header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
        }
    }

    /// <summary>Begins the answer to a call.</summary>
    public Task AnswerAsync(int stream) => WriteAsync(FrameType.Headers, 4, stream, HeaderBlock.Write([new(":status", "200"), new("content-type", "application/grpc")]));

    public Task SendAsync(int stream, ProtoWriter message) => WriteAsync(FrameType.Data, 0, stream, GrpcFrame.Of(message.Written.Span));

    /// <summary>Ends the answer.</summary>
    public Task EndAsync(int stream, int status, string message = "") =>
        WriteAsync(FrameType.Headers, 5, stream, HeaderBlock.Write([new("grpc-status", $"{status}"), new("grpc-message", message)]));

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _running;
        await _connection.DisposeAsync();
        await _stream.DisposeAsync();
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Slipway.Integration.Tests.Api;

/// <summary>Calls of gRPC by hand, for what no client of BuildKit's has a command for.</summary>
internal sealed class GrpcCaller : IDisposable
{
    private readonly HttpClient _http;

    public GrpcCaller(string socket) => _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
            return new NetworkStream(connection, ownsSocket: true);
        },
    });

    /// <summary>A field of a message: a text, or a message of fields.</summary>
    public static byte[] Field(int number, byte[] value) => [.. Number((uint)number << 3 | 2), .. Number((uint)value.Length), .. value];

    public static byte[] Field(int number, string value) => Field(number, Encoding.UTF8.GetBytes(value));

    /// <summary>Calls, and tells the status, what is said of it, and the answer's messages.</summary>
    public async Task<(int Status, string Said, byte[] Body)> CallAsync(string path, params byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost" + path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(frame) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        // Whoever waits for longer waits for ever.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using HttpResponseMessage response = await _http.SendAsync(request, patience.Token);
        byte[] body = await response.Content.ReadAsByteArrayAsync(patience.Token);
        string Trailer(string name) => response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : "";
        return (int.Parse(Trailer("grpc-status")), Uri.UnescapeDataString(Trailer("grpc-message")), body);
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Number(uint value) => value < 128 ? [(byte)value] : [(byte)(value | 128), .. Number(value >> 7)];
}

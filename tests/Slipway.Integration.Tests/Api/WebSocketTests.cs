using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>Attaching by WebSocket, which browsers do.</summary>
public sealed class WebSocketTests
{
    [Fact]
    public async Task Attach_InputOutputAndErrors_ComeAndGoAsBytes_AndTheEndClosesIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("run", "-d", "-i", "--name", "box", "busybox", "sh", "-c", "while read line; do echo \"got $line\"; echo err >&2; done; echo end");
        using WebSocket socket = await ConnectAsync(slipd, "/v1.51/containers/box/attach/ws?stream=1&stdin=1&stdout=1&stderr=1");
        await socket.SendAsync("one\n"u8.ToArray(), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        Assert.Equal("got one\nerr\n", await ReadAsync(socket, 12));
        // A browser's text is as good as bytes.
        await socket.SendAsync("two\n"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        Assert.Equal("got two\nerr\n", await ReadAsync(socket, 12));
        slipd.Slip.Ok("kill", "box");
        Assert.Equal("", await ReadAsync(socket, 1));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Attach_WithLogs_BeginsWithWhatWasPrinted_AndOldVersionsGetAll()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Run("run", "--name", "done", "busybox", "sh", "-c", "echo before; echo error >&2");
        using (WebSocket socket = await ConnectAsync(slipd, "/v1.51/containers/done/attach/ws?logs=1&stdout=1"))
            Assert.Equal("before\n", await ReadAsync(socket, 100));
        using (WebSocket socket = await ConnectAsync(slipd, "/v1.41/containers/done/attach/ws?logs=1"))
            Assert.Equal(["before", "error"], (await ReadAsync(socket, 100)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task Attach_WithoutTheUpgrade_OrOfNothing_IsRefused()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("create", "--name", "box", "busybox", "true");
        using HttpResponseMessage plain = await slipd.Http.GetAsync("/containers/box/attach/ws", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        Assert.Contains("RFC 6455", await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        WebSocketException missing = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(slipd, "/containers/nosuch/attach/ws?stream=1"));
        Assert.Contains("404", missing.Message, StringComparison.Ordinal);
    }

    private static async Task<WebSocket> ConnectAsync(Slipd slipd, string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(slipd.SocketPath), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri("ws://docker" + path), new HttpMessageInvoker(handler), TestContext.Current.CancellationToken);
        return client;
    }

    // So many bytes, or what there is until the other side closes.
    private static async Task<string> ReadAsync(WebSocket socket, int length)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (text.Length < length)
        {
            WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (got.MessageType is WebSocketMessageType.Close)
                break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, got.Count));
        }
        return text.ToString();
    }
}

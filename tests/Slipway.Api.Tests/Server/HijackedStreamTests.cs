using System.Net;
using System.Net.Sockets;
using Slipway.Api.Server;
using Xunit;

namespace Slipway.Api.Tests.Server;

public sealed class HijackedStreamTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public async Task ReadAsync_AfterAWaitForLoss_GivesAllThatWasSent(int length)
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        (ApiConnection connection, Socket client) = await ConnectAsync();
        HijackedStream stream = await connection.HijackAsync(101, "");
        byte[] sent = new byte[length];
        new Random(3).NextBytes(sent);
        Task sending = Task.Run(() =>
        {
            client.Send(sent);
            client.Shutdown(SocketShutdown.Send);
        }, test);
        using (var started = new CancellationTokenSource())
        {
            Task loss = stream.WaitForLossAsync(started.Token);
            Assert.NotEqual(loss, await Task.WhenAny(loss, Task.Delay(200, test)));
            await started.CancelAsync();
            await loss;
        }
        using var received = new MemoryStream();
        byte[] chunk = new byte[32 * 1024];
        while (await stream.ReadAsync(chunk, test) is > 0 and int count)
            received.Write(chunk, 0, count);
        await sending;
        Assert.Equal(sent, received.ToArray());
        client.Dispose();
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task CloseWrite_Half_LeavesTheOtherDirectionOpen()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        (ApiConnection connection, Socket client) = await ConnectAsync();
        HijackedStream stream = await connection.HijackAsync(200, "Content-Type: x\r\n");
        await stream.CloseWriteAsync();
        using var answer = new StreamReader(new NetworkStream(client));
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n", await answer.ReadToEndAsync(test));
        client.Send("still"u8);
        byte[] chunk = new byte[16];
        Assert.Equal(5, await stream.ReadAsync(chunk, test));
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task WatchForEnd_ClientGoes_IsCancelled()
    {
        (ApiConnection connection, Socket client) = await ConnectAsync();
        CancellationToken gone = connection.WatchForEnd();
        Assert.False(gone.IsCancellationRequested);
        var seen = new TaskCompletionSource();
        using CancellationTokenRegistration registration = gone.Register(seen.SetResult);
        client.Dispose();
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task StopWatching_NextRequest_IsReadWhole()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        (ApiConnection connection, Socket client) = await ConnectAsync();
        for (int i = 0; i < 50; i++)
        {
            connection.WatchForEnd();
            if (i % 2 == 0)
                client.Send("next"u8);
            await connection.StopWatchingAsync();
            if (i % 2 != 0)
                client.Send("next"u8);
            System.IO.Pipelines.ReadResult result = await connection.Transport.Input.ReadAtLeastAsync(4, test);
            Assert.False(result.IsCanceled);
            Assert.Equal(4, result.Buffer.Length);
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
        }
        client.Dispose();
        await connection.DisposeAsync();
    }

    private static async Task<(ApiConnection Server, Socket Client)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task connecting = client.ConnectAsync(listener.LocalEndPoint!);
        Socket server = await listener.AcceptAsync();
        await connecting;
        return (new ApiConnection(server, new NetworkStream(server, ownsSocket: false), "test"), client);
    }
}

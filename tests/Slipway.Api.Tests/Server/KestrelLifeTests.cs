using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Slipway.Api.Server;
using Xunit;

namespace Slipway.Api.Tests.Server;

public sealed class KestrelLifeTests
{
    private readonly Channel<ServedConnection> _http1 = Channel.CreateUnbounded<ServedConnection>(), _http2 = Channel.CreateUnbounded<ServedConnection>();

    [Fact]
    public async Task TryEnd_WhileSomebodyIsServed_DoesNot()
    {
        var life = new KestrelLife(_http1.Reader, _http2.Reader);
        await using IConnectionListener listener = await BindAsync(life, HttpProtocols.Http1);
        Assert.True(_http1.Writer.TryWrite(new Client()));
        Assert.False(life.TryEnd());
        ConnectionContext? client = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(client);
        Assert.False(life.TryEnd());
        await client.DisposeAsync();
        Assert.True(life.TryEnd());
    }

    [Fact]
    public async Task TryEnd_AfterOneThatCouldNotBeClosed_Does()
    {
        var life = new KestrelLife(_http1.Reader, _http2.Reader);
        await using IConnectionListener listener = await BindAsync(life, HttpProtocols.Http2);
        Assert.True(_http2.Writer.TryWrite(new Client { Fails = true }));
        ConnectionContext? client = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await client!.DisposeAsync());
        Assert.True(life.TryEnd());
        await client!.DisposeAsync(); // a second time it counts for nothing
        Assert.True(life.TryEnd());
    }

    [Fact]
    public async Task WhoComesAfterTheEnd_WaitsForTheNext()
    {
        var life = new KestrelLife(_http1.Reader, _http2.Reader);
        await using IConnectionListener listener = await BindAsync(life, HttpProtocols.Http1);
        ValueTask<ConnectionContext?> waits = listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.True(life.TryEnd());
        Assert.True(_http1.Writer.TryWrite(new Client()));
        await listener.UnbindAsync(TestContext.Current.CancellationToken);
        Assert.Null(await waits);

        var next = new KestrelLife(_http1.Reader, _http2.Reader);
        Assert.False(next.TryEnd());
        await using IConnectionListener second = await BindAsync(next, HttpProtocols.Http1);
        Assert.NotNull(await second.AcceptAsync(TestContext.Current.CancellationToken));
    }

    private static ValueTask<IConnectionListener> BindAsync(KestrelLife life, HttpProtocols protocol) => life.BindAsync(new KestrelEndPoint(protocol), TestContext.Current.CancellationToken);

    private sealed class Client : ServedConnection
    {
        public bool Fails { get; set; }

        protected override ValueTask CloseAsync()
        {
            bool fails = Fails;
            Fails = false;
            return fails ? throw new NotSupportedException() : ValueTask.CompletedTask;
        }
    }
}

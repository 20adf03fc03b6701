using System.IO.Pipelines;
using Slipway.Api.Http2;
using Slipway.Api.Server;
using Xunit;

namespace Slipway.Api.Tests.Http2;

public sealed class Http2ClientTests
{
    // A session is in the table before its connection has begun, and a build may wait for it there.
    [Fact]
    public async Task Open_BeforeTheConnectionHasBegun_ComesAfterThePreface()
    {
        Pipe input = new(), output = new();
        var connection = new HijackedStream(input.Reader, output.Writer.AsStream(), () => ValueTask.CompletedTask);
        await using var client = new Http2Client(connection);
        Task<Http2Stream> opened = client.OpenAsync([new(":method", "POST")], CancellationToken.None);
        Task running = client.RunAsync(CancellationToken.None);
        await opened;
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), sent = (await output.Reader.ReadAtLeastAsync(preface.Length + 9)).Buffer.FirstSpan[..(preface.Length + 9)].ToArray();
        Assert.Equal(preface, sent[..preface.Length]);
        Assert.Equal(FrameType.Settings, (FrameType)sent[preface.Length + 3]);
        client.End(new Http2Exception("enough"));
        await input.Writer.CompleteAsync();
        await running;
    }

    [Fact]
    public async Task Open_OfWhatNeverBegins_EndsWithTheConnection()
    {
        Pipe input = new(), output = new();
        await using var client = new Http2Client(new HijackedStream(input.Reader, output.Writer.AsStream(), () => ValueTask.CompletedTask));
        using var gone = new CancellationTokenSource();
        Task<Http2Stream> opened = client.OpenAsync([new(":method", "POST")], gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opened);
    }
}

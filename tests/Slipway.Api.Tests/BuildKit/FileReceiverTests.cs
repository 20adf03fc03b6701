using System.Text;
using Slipway.Api.BuildKit;
using Slipway.Api.Grpc;
using Slipway.Api.Http2;
using Slipway.Api.Protobuf;
using Slipway.Linux.Files;
using Slipway.Oci;
using Xunit;

namespace Slipway.Api.Tests.BuildKit;

/// <summary>Files of clients that mean no good, or die: told, and nothing outside of the directory is touched.</summary>
public sealed class FileReceiverTests : IDisposable
{
    private const uint Directory = 1u << 31;
    private readonly string _root = System.IO.Directory.CreateTempSubdirectory("slip-test-").FullName;

    public FileReceiverTests() => System.IO.Directory.CreateDirectory(_root + "/into");

    public void Dispose() => System.IO.Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Receive_OfAnHonestClient_HasItsFilesAndSendsEachPatternForItself()
    {
        await using SessionPeer peer = await SessionPeer.ConnectAsync();
        Task receiving = ReceiveAsync(peer, ["a", "d/ü"]);
        (_, int stream, byte[] block) = await peer.ReadAsync(FrameType.Headers);
        KeyValuePair<string, string>[] sent = [.. HeaderBlock.Read(block).Where(h => h.Key is "dir-name" or "followpaths" or "followpaths-encoded")];
        Assert.Equal([new("dir-name", "context"), new("followpaths", "a"), new("followpaths", "d%2F%C3%BC"), new("followpaths-encoded", "1")], sent);
        await peer.AnswerAsync(stream);
        await peer.SendAsync(stream, Stat("a", 420, 5));
        await peer.SendAsync(stream, Stat("d", Directory | 493));
        await peer.SendAsync(stream, Stat("d/ü", 420, 200_000));
        await peer.SendAsync(stream, SyncPacket.Of(SyncPacket.Kind.Stat));
        Assert.Equal(0, await RequestAsync(peer));
        Assert.Equal(2, await RequestAsync(peer));
        byte[] content = new byte[200_000];
        new Random(4).NextBytes(content);
        await peer.SendAsync(stream, SyncPacket.Of(2, content.AsSpan(0, 10_000)));
        await peer.SendAsync(stream, SyncPacket.Of(0, "hello"u8));
        await peer.SendAsync(stream, SyncPacket.Of(0, []));
        for (int at = 10_000; at < content.Length; at += 10_000)
            await peer.SendAsync(stream, SyncPacket.Of(2, content.AsSpan(at, 10_000)));
        await peer.SendAsync(stream, SyncPacket.Of(2, []));
        Assert.Equal(SyncPacket.Kind.Finished, SyncPacket.Read((await peer.ReadAsync(FrameType.Data)).Payload.AsSpan(GrpcFrame.HeaderLength)).Kind);
        await peer.SendAsync(stream, SyncPacket.Of(SyncPacket.Kind.Finished));
        await peer.EndAsync(stream, 0);
        await receiving;
        Assert.Equal("hello", File.ReadAllText(_root + "/into/a"));
        Assert.Equal(content, File.ReadAllBytes(_root + "/into/d/ü"));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("no/directory/came")]
    public async Task Receive_OfAPathThatLeadsOut_IsRefused(string path)
    {
        SlipwayException error = await RefusedAsync<SlipwayException>(async (peer, stream) => await peer.SendAsync(stream, Stat(path, 420, 5)));
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(_root + "/into"));
    }

    [Fact]
    public async Task Receive_ThroughALinkThatLeadsOut_IsRefused()
    {
        await RefusedAsync<SlipwayException>(async (peer, stream) =>
        {
            await peer.SendAsync(stream, Stat("out", 1u << 27 | 511, link: _root));
            await peer.SendAsync(stream, Stat("out/planted", 420, 5));
        });
        Assert.False(File.Exists(_root + "/planted"));
    }

    [Fact]
    public async Task Receive_OfMoreThanWasSaid_IsCutOff()
    {
        SlipwayException error = await RefusedAsync<SlipwayException>(async (peer, stream) =>
        {
            await peer.SendAsync(stream, Stat("a", 420, 5));
            await RequestAsync(peer);
            for (int i = 0; i < 50; i++)
                await peer.SendAsync(stream, SyncPacket.Of(0, new byte[16_000]));
        });
        Assert.Contains("it changed while it was being sent", error.Message, StringComparison.Ordinal);
        Assert.True(new FileInfo(_root + "/into/a").Length <= 5);
    }

    [Fact]
    public async Task Receive_OfMoreThanThereIsRoomFor_IsOver() => await RefusedAsync<Exception>(async (peer, stream) =>
    {
        while (true)
            await peer.SendAsync(stream, Stat("a", 420, 5));
    });

    [Fact]
    public async Task Receive_OfLessThanWasSaid_IsRefused() => await RefusedAsync<SlipwayException>(async (peer, stream) =>
    {
        await peer.SendAsync(stream, Stat("a", 420, 5));
        await peer.SendAsync(stream, SyncPacket.Of(0, "he"u8));
        await peer.SendAsync(stream, SyncPacket.Of(0, []));
    });

    [Fact]
    public async Task Receive_OfContentThatNobodyWanted_IsRefused() => await RefusedAsync<SlipwayException>(async (peer, stream) => await peer.SendAsync(stream, SyncPacket.Of(7, "x"u8)));

    [Fact]
    public async Task Receive_OfEntriesThatComeTwice_IsRefused() => await RefusedAsync<SlipwayException>(async (peer, stream) =>
    {
        await peer.SendAsync(stream, Stat("a", 420));
        await peer.SendAsync(stream, Stat("a", 420));
    });

    [Fact]
    public async Task Receive_OfADevice_IsRefused() => await RefusedAsync<SlipwayException>(async (peer, stream) => await peer.SendAsync(stream, Stat("null", 1u << 26 | 1u << 21 | 438)));

    [Fact]
    public async Task Receive_OfAMessageWithoutBound_IsRefused()
    {
        GrpcException error = await RefusedAsync<GrpcException>(async (peer, stream) => await peer.WriteAsync(FrameType.Data, 0, stream, [0, 0x7f, 0xff, 0xff, 0xff]));
        Assert.Equal(GrpcCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public async Task Receive_OfNoProtobuf_IsRefused() => await RefusedAsync<GrpcException>(async (peer, stream) => await peer.WriteAsync(FrameType.Data, 0, stream, [0, 0, 0, 0, 2, 0x0b, 0x0b]));

    [Fact]
    public async Task Receive_WhoseClientEndsEarly_IsAnError() => Assert.Equal(GrpcCode.Unavailable, (await RefusedAsync<GrpcException>(async (peer, stream) =>
    {
        await peer.SendAsync(stream, Stat("a", 420, 5));
        await peer.EndAsync(stream, 0);
    })).Code);

    [Fact]
    public async Task Receive_WhoseClientSaysWhy_TellsIt() => Assert.Contains("no such directory", (await RefusedAsync<GrpcException>(async (peer, stream) => await peer.EndAsync(stream, 5, "no such%20directory"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("00ffff00000000000100")] // a frame longer than was agreed on
    [InlineData("000004080000000000ffffffff")] // a window beyond what there can be, twice
    [InlineData("0000010000000000000a")] // data of no stream
    [InlineData("00000500080000000109000000000a")] // more padding than bytes
    [InlineData("000001010400000001be")] // a header of a table that was refused
    public async Task Receive_FromWhoSpeaksNoHttp2_IsOver(string hex)
    {
        await RefusedAsync<IOException>(async (peer, _) =>
        {
            byte[] bytes = Convert.FromHexString(hex);
            for (int i = 0; i < 2; i++)
                await peer.WriteRawAsync(bytes);
        });
    }

    private async Task<T> RefusedAsync<T>(Func<SessionPeer, int, Task> behave)
        where T : Exception
    {
        await using SessionPeer peer = await SessionPeer.ConnectAsync();
        Task receiving = ReceiveAsync(peer, null);
        int stream = (await peer.ReadAsync(FrameType.Headers)).Stream;
        await peer.AnswerAsync(stream);
        Task behaving = Task.Run(() => behave(peer, stream));
        T error = await Assert.ThrowsAnyAsync<T>(() => receiving.WaitAsync(TimeSpan.FromSeconds(30)));
        await peer.DisposeAsync();
        await behaving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return error;
    }

    private async Task ReceiveAsync(SessionPeer peer, string[]? paths)
    {
        using DirFd into = DirFd.Open(_root + "/into");
        await FileReceiver.ReceiveAsync(peer.Session, "context", paths, [], into, (_, _) => { }, TestContext.Current.CancellationToken);
    }

    private static async Task<int> RequestAsync(SessionPeer peer) => SyncPacket.Read((await peer.ReadAsync(FrameType.Data)).Payload.AsSpan(GrpcFrame.HeaderLength)).Id;

    private static ProtoWriter Stat(string path, uint mode, long size = 0, string link = "") => new ProtoWriter()
        .Message(2, new ProtoWriter().Bytes(1, Encoding.UTF8.GetBytes(path)).Number(2, mode).Number(5, size).Number(6, 1_000_000_000).Text(7, link));
}

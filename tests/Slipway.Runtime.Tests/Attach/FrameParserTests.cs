using System.Text;
using Slipway.Runtime.Attach;
using Xunit;

namespace Slipway.Runtime.Tests.Attach;

public sealed class FrameParserTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Feed_AnyPieces_SameFrames(int pieceSize)
    {
        var sink = new Recorder();
        var parser = new FrameParser(sink);
        byte[] stream = [0, 0, 0, 0, 0, 0, 0, 3, .. "abc"u8, 3, 0, 0, 0, 0, 0, 0, 4, 0, 24, 0, 80, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'z'];

        foreach (byte[] piece in stream.Chunk(pieceSize))
            Assert.True(parser.Feed(piece));

        Assert.Equal("abcz", sink.Text.ToString());
        Assert.Equal(["Resize:00180050", "CloseStdin:"], sink.Controls);
    }

    [Fact]
    public void Feed_ControlFrameThatClaimsMuch_IsRefused()
    {
        Assert.False(new FrameParser(new Recorder()).Feed([3, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]));
    }

    private sealed class Recorder : IFrameSink
    {
        public StringBuilder Text { get; } = new();

        public List<string> Controls { get; } = [];

        public void OnBytes(FrameType type, ReadOnlySpan<byte> bytes) => Text.Append(Encoding.UTF8.GetString(bytes));

        public bool OnControl(FrameType type, ReadOnlySpan<byte> payload)
        {
            Controls.Add($"{type}:{Convert.ToHexString(payload)}");
            return true;
        }
    }
}

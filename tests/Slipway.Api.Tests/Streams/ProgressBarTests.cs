using Slipway.Api.Streams;
using Xunit;

namespace Slipway.Api.Tests.Streams;

public sealed class ProgressBarTests
{
    [Theory]
    [InlineData(0, 1000, 0, " 0B/1kB")]
    [InlineData(36_442, 1_107_361, 1, " 36.44kB/1.107MB")]
    [InlineData(500, 1000, 25, " 500B/1kB")]
    [InlineData(1000, 1000, 50, " 1kB/1kB")]
    [InlineData(2000, 1000, 50, " 2kB")]
    [InlineData(long.MaxValue, long.MaxValue, 50, "PB")]
    public void Draw_OfABoundedSize_IsABarOfFifty(long done, long size, int filled, string end)
    {
        string line = ProgressBar.Draw(done, size);
        Assert.StartsWith($"[{new string('=', filled)}>{new string(' ', 50 - filled)}] ", line, StringComparison.Ordinal);
        Assert.EndsWith(end, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1500, 0)]
    [InlineData(1500, -1)]
    public void Draw_OfAnUnknownSize_IsHowMuchCame(long done, long size) => Assert.Equal("   1.5kB", ProgressBar.Draw(done, size));
}

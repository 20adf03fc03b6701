using Xunit;

namespace Slipway.Oci.Tests;

public sealed class SizeAndDurationTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("32", 32)]
    [InlineData("32b", 32)]
    [InlineData("32k", 32768)]
    [InlineData("32KB", 32768)]
    [InlineData("32KiB", 32768)]
    [InlineData("1.5g", 1610612736)]
    [InlineData("2 m", 2097152)]
    [InlineData("7p", 7881299347898368)]
    public void Parse_Size_IsInBytes(string text, long expected) => Assert.Equal(expected, SizeText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("b")]
    [InlineData("-1")]
    [InlineData("1x")]
    [InlineData("1ib")]
    [InlineData("8192p")]
    [InlineData("79228162514264337593543950335p")]
    [InlineData("1e3")]
    public void Parse_NoSize_IsRefused(string text) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => SizeText.Parse(text)).Kind);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 50_000_000)]
    [InlineData("100ms", 1_000_000)]
    [InlineData("1h2m3.5s", 37_235_000_000)]
    [InlineData("1us", 10)]
    [InlineData("250ns", 2)]
    [InlineData("-1m", -600_000_000)]
    public void TryParse_Duration_IsRead(string text, long ticks) => Assert.Equal(TimeSpan.FromTicks(ticks), DurationText.TryParse(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(2, "200ns")]
    [InlineData(15, "1.5µs")]
    [InlineData(500_000, "50ms")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(300_000_000, "30s")]
    [InlineData(900_000_000, "1m30s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    [InlineData(-500_000, "-50ms")]
    public void Format_IsAsGoWritesIt(long ticks, string text) => Assert.Equal(text, DurationText.Format(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("1..5s")]
    [InlineData("5d")]
    [InlineData("99999999999h")]
    [InlineData("99999999999999999999999999999999h")]
    public void TryParse_NoDuration_IsNull(string text) => Assert.Null(DurationText.TryParse(text));
}

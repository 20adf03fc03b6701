using Slipway.Engine.Filters;
using Slipway.Oci;
using Xunit;

namespace Slipway.Engine.Tests.Filters;

public sealed class FilterListTests
{
    private static readonly DateTimeOffset s_now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Theory]
    [InlineData("label=a", true)]
    [InlineData("label=a=1", true)]
    [InlineData("label=a=2", false)]
    [InlineData("label=b", false)]
    [InlineData("label!=a", false)]
    [InlineData("label!=a=2", true)]
    [InlineData("label!=b", true)]
    public void Labels_OneFilter(string filter, bool expected) =>
        Assert.Equal(expected, Parse(filter).Labels(new Dictionary<string, string> { ["a"] = "1" }));

    [Fact]
    public void Labels_Several_AllMustBeThere()
    {
        var labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "" };
        Assert.True(Parse("label=a", "label=b").Labels(labels));
        Assert.False(Parse("label=a", "label=c").Labels(labels));
        Assert.False(Parse("label=a").Labels(null));
    }

    [Theory]
    [InlineData("until=1h", "2026-05-06T06:08:09Z")]
    [InlineData("until=24h30m", "2026-05-05T06:38:09Z")]
    [InlineData("until=1000000000", "2001-09-09T01:46:40Z")]
    [InlineData("until=2026-01-02T03:04:05", "2026-01-02T03:04:05Z")]
    [InlineData("until=2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z")]
    [InlineData("until=2026-01-02", "2026-01-02T00:00:00Z")]
    [InlineData("until=9999999999999999", "9999-12-31T23:59:59Z")]
    public void Time_AllForms(string filter, string expected) => Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Parse(filter).Time("until", s_now));

    [Theory]
    [InlineData("nope=1")]
    [InlineData("=1")]
    [InlineData("until")]
    [InlineData("")]
    public void Parse_NoFilter_IsRefused(string filter) => Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => Parse(filter)).Kind);

    [Theory]
    [InlineData("dangling=true", true)]
    [InlineData("dangling=1", true)]
    [InlineData("dangling=false", false)]
    [InlineData("dangling=0", false)]
    public void Flag_YesAndNo(string filter, bool expected) => Assert.Equal(expected, Parse(filter).Flag("dangling"));

    [Fact]
    public void Flag_OtherOrNone()
    {
        Assert.Null(Parse("label=a").Flag("dangling"));
        Assert.Throws<SlipwayException>(() => Parse("dangling=maybe").Flag("dangling"));
    }

    private static FilterList Parse(params string[] filters) => FilterList.Parse(filters, "tests", "label", "label!", "until", "dangling");
}

using Slipway.Registry.Transfer;
using Xunit;

namespace Slipway.Registry.Tests.Transfer;

public sealed class AgentNameTests
{
    [Theory]
    [InlineData(null, "slipway/0.1")]
    [InlineData("", "slipway/0.1")]
    [InlineData("Docker-Client/26.1.5 (linux)", @"slipway/0.1 UpstreamClient(Docker-Client/26.1.5 \(linux\))")]
    [InlineData("a;b\\c\r\nX-Evil: é", @"slipway/0.1 UpstreamClient(a\;b\\cX-Evil: )")]
    public void Of_WhoeverAsks_IsOneLineThatNothingGetsOutOf(string? upstream, string expected) => Assert.Equal(expected, AgentName.Of("slipway/0.1", upstream));

    [Fact]
    public void Of_ALongName_IsCut() => Assert.True(AgentName.Of("x", new string('a', 10_000)).Length < 300);
}

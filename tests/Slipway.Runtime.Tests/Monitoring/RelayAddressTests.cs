using System.Net;
using Slipway.Runtime.Monitoring;
using Xunit;

namespace Slipway.Runtime.Tests.Monitoring;

public sealed class RelayAddressTests
{
    // Rows and monitors outlive the engine that made them: these never change.
    [Theory]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::1", "127.169.23.114")]
    [InlineData("fd99::1", "127.153.51.88")]
    public void Of_AnAddress_IsAlwaysTheSame(string listening, string behind) => Assert.Equal(behind, RelayAddress.Of(IPAddress.Parse(listening)).ToString());

    [Fact]
    public void Of_ManyAddresses_IsTheHostsOwnAndNoBroadcast()
    {
        HashSet<IPAddress> all = [.. Enumerable.Range(1, 500).Select(i => RelayAddress.Of(IPAddress.Parse($"2001:db8::{i:x}")))];
        Assert.InRange(all.Count, 499, 500);
        Assert.All(all, a => Assert.True(a.GetAddressBytes() is [127, >= 128 and < 192, _, _], a.ToString()));
    }
}

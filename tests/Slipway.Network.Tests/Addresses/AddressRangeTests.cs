using System.Net;
using Slipway.Network.Addresses;
using Xunit;

namespace Slipway.Network.Tests.Addresses;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("10.0.0.0/24", null, null, "", "10.0.0.1")]
    [InlineData("10.0.0.0/24", null, "10.0.0.1", "10.0.0.1", "10.0.0.2")]
    [InlineData("10.0.0.0/24", null, "10.0.0.254", "", "10.0.0.1")]
    [InlineData("10.0.0.0/24", "10.0.0.128/30", null, "", "10.0.0.128")]
    [InlineData("10.0.0.0/24", "10.0.0.128/30", "10.0.0.131", "", "10.0.0.128")]
    [InlineData("10.0.0.0/24", "10.0.0.252/30", "10.0.0.253", "", "10.0.0.254")]
    [InlineData("10.0.0.0/30", null, "10.0.0.2", "10.0.0.1 10.0.0.2", null)]
    [InlineData("10.0.0.0/31", null, null, "", "10.0.0.0")]
    [InlineData("10.0.0.0/31", null, "10.0.0.0", "10.0.0.0", "10.0.0.1")]
    [InlineData("fd00::/64", null, null, "fd00::1", "fd00::2")]
    [InlineData("fd00::/64", null, "fd00::ffff:ffff:ffff:ffff", "", "fd00::1")]
    [InlineData("fd00::/126", null, null, "fd00::1 fd00::2 fd00::3", null)]
    public void Next_GivesTheFirstFreeOneAfterTheLast(string network, string? range, string? after, string taken, string? expected)
    {
        var addresses = new AddressRange(IPNetwork.Parse(network), range is null ? null : IPNetwork.Parse(range));
        HashSet<IPAddress> others = [.. taken.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];
        Assert.Equal(expected, addresses.Next(after is null ? null : IPAddress.Parse(after), others)?.ToString());
    }

    [Fact]
    public void Ipv4Pools_LeaveOutWhatOverlaps()
    {
        IPNetwork[] used = [IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.4.0/24")];
        Assert.Equal("192.168.16.0/20", SubnetPools.Ipv4(used).First().ToString());
        Assert.Equal("172.17.0.0/16", SubnetPools.Ipv4([]).First().ToString());
    }

    [Fact]
    public void Ipv4Pools_ComeFromDockersAddressesAndAreMany()
    {
        string[] all = [.. SubnetPools.Ipv4([]).Select(n => n.ToString())];
        Assert.Equal(14 + 16 + 256, all.Length);
        Assert.Equal(("172.30.0.0/16", "192.168.0.0/20", "172.31.255.0/24"), (all[13], all[14], all[^1]));
    }

    [Fact]
    public void Ipv4Pools_ThatWereNamed_AreCutInTheirOrder()
    {
        (IPNetwork, int)[] pools = [(IPNetwork.Parse("175.30.0.0/16"), 16), (IPNetwork.Parse("175.33.0.0/16"), 24)];
        Assert.Equal(["175.30.0.0/16", "175.33.0.0/24", "175.33.1.0/24"], SubnetPools.Ipv4(pools, []).Take(3).Select(n => n.ToString()));
        Assert.Equal("175.33.2.0/24", SubnetPools.Ipv4(pools, [IPNetwork.Parse("175.30.7.0/24"), IPNetwork.Parse("175.33.0.0/23")]).First().ToString());
        Assert.Equal(257, SubnetPools.Ipv4(pools, []).Count());
    }

    [Theory]
    [InlineData("02:42:ac:11:00:02", true)]
    [InlineData("02-42-AC-11-00-02", true)]
    [InlineData("01:42:ac:11:00:02", false)]
    [InlineData("02:42:ac:11:00", false)]
    [InlineData("02:42:ac:11:00:2g", false)]
    [InlineData("", false)]
    public void MacAddress_IsOneOfOneDevice(string text, bool valid) => Assert.Equal(valid, MacAddress.TryParse(text) is not null);

    [Fact]
    public void MacAddress_OfAnAddress_IsAlwaysTheSame() =>
        Assert.Equal("02:42:ac:11:00:02", MacAddress.Format(MacAddress.Of(IPAddress.Parse("172.17.0.2"))));
}

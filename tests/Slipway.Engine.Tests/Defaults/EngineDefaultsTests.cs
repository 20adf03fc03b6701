using Slipway.Engine.Defaults;
using Slipway.Oci;
using Xunit;

namespace Slipway.Engine.Tests.Defaults;

public sealed class EngineDefaultsTests
{
    [Theory]
    [InlineData("base=10.10.0.0/16,size=24", "base=10.10.0.0/16,size=24")]
    [InlineData("size=16,base=10.10.3.4/16", "base=10.10.0.0/16,size=16")]
    public void Pool_IsReadAsDockerWritesIt(string text, string shown) => Assert.Equal(shown, AddressPool.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("base=10.10.0.0/16")]
    [InlineData("base=10.10.0.0/16,size=15")]
    [InlineData("base=10.10.0.0/16,size=31")]
    [InlineData("base=fd00::/48,size=64")]
    [InlineData("base=10.10.0.0,size=24")]
    [InlineData("base=10.10.0.0/16,size=24,other=1")]
    public void Pool_ThatCantBe_IsRefused(string text) => Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => AddressPool.Parse(text)).Kind);

    [Fact]
    public void Row_HasAllOfIt_AndMayHaveLess()
    {
        var all = new EngineDefaults
        {
            Ulimits = ["nofile=42"],
            Init = true,
            DnsServers = ["192.0.2.1"],
            DnsSearch = ["example.test"],
            DnsOptions = ["timeout:3"],
            HostGateway = "192.0.2.7",
            Pools = [AddressPool.Parse("base=10.0.0.0/8,size=24")],
            NetworkOptions = new Dictionary<string, string> { ["a"] = "b" },
            Network = new() { Disabled = true, Bridge = "br0", Address = "10.1.0.1/24", Range = "10.1.0.0/25", Gateway = "10.1.0.2", Ipv6 = true, Range6 = "fd00::/64", Gateway6 = "fd00::2", Options = new Dictionary<string, string> { ["c"] = "d" } },
        };
        string text = EngineDefaultsJson.Write(all);
        Assert.Equal(text, EngineDefaultsJson.Write(EngineDefaultsJson.Read(text)));
        Assert.Equal(EngineDefaultsJson.Write(EngineDefaults.None), EngineDefaultsJson.Write(EngineDefaultsJson.Read("""{"later":1}""")));
    }
}

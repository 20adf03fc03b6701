using Slipway.Oci;
using Slipway.Registry.Auth;
using Slipway.Registry.Endpoints;
using Xunit;

namespace Slipway.Registry.Tests.Auth;

/// <summary>H-reg 8 and 10 of the security catalogue.</summary>
public sealed class TokenRealmTests
{
    [Theory]
    [InlineData("https://registry.example.net", "https://registry.example.net/token", true)]
    [InlineData("https://registry.example.net", "https://registry.example.net:8443/token", true)]
    [InlineData("https://registry.example.net", "https://auth.example.net/token", true)]
    [InlineData("https://registry.example.net", "https://example.net/jwt", true)]
    [InlineData("https://example.net", "https://auth.example.net/jwt", true)]
    [InlineData("https://registry.example.net", "https://elsewhere.test/token", false)]
    [InlineData("https://registry.example.net", "https://evilexample.net/token", false)]
    [InlineData("https://registry.test", "https://other.test/token", false)]
    [InlineData("https://192.0.2.1", "https://192.0.2.2/token", false)]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5001/token", true)]
    public void Of_ARealm_SaysWhetherItMaySeeCredentials(string registry, string realm, bool may) =>
        Assert.Equal(may, TokenRealm.Of(At(registry), realm, RegistryConfig.Empty).MaySeeCredentials);

    [Theory]
    [InlineData("https://registry.example.net", "http://registry.example.net/token")]
    [InlineData("https://registry.example.net", "https://169.254.169.254/latest")]
    [InlineData("https://registry.example.net", "https://[::ffff:169.254.169.254]/latest")]
    [InlineData("https://registry.example.net", "https://127.0.0.1/token")]
    [InlineData("https://registry.example.net", "https://localhost/token")]
    [InlineData("https://registry.example.net", "https://[::1]/token")]
    [InlineData("https://registry.example.net", "https://0.0.0.0/token")]
    [InlineData("https://registry.example.net", "file:///etc/passwd")]
    [InlineData("https://registry.example.net", "/token")]
    [InlineData("https://registry.example.net", "https://user:secret@registry.example.net/token")]
    [InlineData("http://registry.example.net", "http://169.254.169.254/latest")]
    public void Of_ARealmNobodyShouldAsk_IsRefused(string registry, string realm)
    {
        RegistryException e = Assert.Throws<RegistryException>(() => TokenRealm.Of(At(registry), realm, RegistryConfig.Empty));
        Assert.Equal(ErrorKind.Denied, e.Kind);
    }

    [Fact]
    public void Of_ARealmThatTheConfigurationNames_MaySeeCredentials()
    {
        var config = new RegistryConfig { TokenHosts = new Dictionary<string, IReadOnlyList<string>> { ["registry.example.net"] = ["login.test"] } };
        Assert.True(TokenRealm.Of(At("https://registry.example.net"), "https://login.test/token", config).MaySeeCredentials);
        Assert.False(TokenRealm.Of(At("https://registry.example.org"), "https://login.test/token", config).MaySeeCredentials);
    }

    [Fact]
    public void With_ValuesThatCouldEndTheQuery_EncodesThem()
    {
        TokenRealm realm = TokenRealm.Of(At("https://r.example.net"), "https://r.example.net/token?a=b", RegistryConfig.Empty);
        Assert.Equal("https://r.example.net/token?a=b&service=x%26y%23z%0D%0AHost%3A%20evil", realm.With([("service", "x&y#z\r\nHost: evil")]).AbsoluteUri);
    }

    private static Endpoint At(string address) => new() { Host = new Uri(address).Authority, Base = new Uri(address) };
}

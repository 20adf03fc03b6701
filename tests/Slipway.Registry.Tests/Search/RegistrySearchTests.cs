using Slipway.Registry.Endpoints;
using Slipway.Registry.Search;
using Xunit;

namespace Slipway.Registry.Tests.Search;

public sealed class RegistrySearchTests
{
    [Theory]
    [InlineData("docker.io", "https://registry-1.docker.io/", "https://index.docker.io/")]
    [InlineData("registry.test:5000", "http://registry.test:5000/", "http://registry.test:5000/")]
    public void EndpointOf_DockerHub_IsItsIndex_OthersAreThemselves(string host, string address, string asked) =>
        Assert.Equal(asked, RegistrySearch.EndpointOf(new Endpoint { Host = host, Base = new Uri(address) }).Base.AbsoluteUri);
}

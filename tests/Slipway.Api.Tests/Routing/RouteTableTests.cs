using Slipway.Api.Routes;
using Slipway.Api.Routing;
using Xunit;

namespace Slipway.Api.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly RouteTable s_table = AllRoutes.Make();

    [Theory]
    [InlineData("GET", "containers/json", "")]
    [InlineData("GET", "containers/abc/json", "abc")]
    [InlineData("GET", "images/json", "")]
    [InlineData("GET", "images/host:5000/team/app:1/json", "host:5000/team/app:1")]
    [InlineData("POST", "images/a/b/tag", "a/b")]
    [InlineData("DELETE", "images/a/b", "a/b")]
    [InlineData("HEAD", "containers/x/archive", "x")]
    [InlineData("HEAD", "_ping", "")]
    public void Find_AKnownPath_GivesItsNames(string method, string path, string name)
    {
        var found = s_table.Find(method, path.Split('/'));
        Assert.NotNull(found);
        Assert.Equal(name.Length == 0 ? [] : [name], found.Value.Values);
    }

    [Theory]
    [InlineData("GET", "nope")]
    [InlineData("GET", "containers")]
    [InlineData("GET", "containers//json")]
    [InlineData("POST", "containers/json")]
    [InlineData("DELETE", "version")]
    public void Find_AnotherPathOrMethod_GivesNothing(string method, string path) => Assert.Null(s_table.Find(method, path.Split('/')));
}

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
        var found = s_table.Find(method, path.Split('/'), out _);
        Assert.NotNull(found);
        Assert.Equal(name.Length == 0 ? [] : [name], found.Value.Values);
    }

    [Theory]
    [InlineData("GET", "nope", false)]
    [InlineData("GET", "containers", false)]
    [InlineData("GET", "containers//json", false)]
    [InlineData("POST", "containers/json", true)]
    [InlineData("DELETE", "version", true)]
    public void Find_AnotherPath_SaysWhetherTheMethodIsWrong(string method, string path, bool otherMethod)
    {
        Assert.Null(s_table.Find(method, path.Split('/'), out bool other));
        Assert.Equal(otherMethod, other);
    }
}

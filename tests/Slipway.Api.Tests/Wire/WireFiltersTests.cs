using Slipway.Api.Wire;
using Xunit;

namespace Slipway.Api.Tests.Wire;

public sealed class WireFiltersTests
{
    [Theory]
    [InlineData("""{"name":["web","db"],"label":["a=b"]}""")]
    [InlineData("""{"name":{"web":true,"db":true},"label":{"a=b":true,"c":false}}""")]
    public void Read_EitherForm_IsTheSame(string text) => Assert.Equal(["name=web", "name=db", "label=a=b"], WireFilters.Read(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"name":null}""")]
    public void Read_Nothing_IsNoFilter(string? text) => Assert.Empty(WireFilters.Read(text));

    [Theory]
    [InlineData("name=web")]
    [InlineData("[]")]
    [InlineData("""{"name":"web"}""")]
    [InlineData("""{"name":[1]}""")]
    [InlineData("""{"name":{"web":"yes"}}""")]
    [InlineData("{\"name\":[\"\\ud800\"]}")]
    public void Read_AnotherForm_IsRefused(string text) => Assert.Equal(400, Assert.Throws<ApiException>(() => WireFilters.Read(text)).Status);
}

using Slipway.Api.Wire;
using Xunit;

namespace Slipway.Api.Tests.Wire;

public sealed class ApiVersionTests
{
    [Theory]
    [InlineData("1.24", 1, 24)]
    [InlineData("1.51", 1, 51)]
    public void TryParse_AVersion_HasItsNumbers(string text, int major, int minor) => Assert.Equal(new ApiVersion(major, minor), ApiVersion.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData("1.x")]
    [InlineData("-1.2")]
    [InlineData("1.2.3")]
    public void TryParse_AnythingElse_IsNone(string text) => Assert.Null(ApiVersion.TryParse(text));

    [Fact]
    public void Order_ByNumber_NotByText() => Assert.True(new ApiVersion(1, 9) < new ApiVersion(1, 24));
}

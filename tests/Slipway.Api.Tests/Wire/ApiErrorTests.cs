using Slipway.Api.Wire;
using Slipway.Oci;
using Xunit;

namespace Slipway.Api.Tests.Wire;

public sealed class ApiErrorTests
{
    [Theory]
    [InlineData("pull access denied for app, repository does not exist or may require 'slip login': denied", "pull access denied for app, repository does not exist or may require 'docker login': denied")]
    [InlineData("log in with 'slip login example.com'", "log in with 'docker login example.com'")]
    public void MessageOf_WhatIsLoggedInto_NamesDockersCommand(string ours, string told) =>
        Assert.Equal(told, ApiError.MessageOf(new SlipwayException(ErrorKind.Denied, ours)));
}

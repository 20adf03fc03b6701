using System.Net;
using Slipway.Api.Wire;
using Slipway.Oci;
using Slipway.Registry;
using Xunit;

namespace Slipway.Api.Tests.Wire;

public sealed class ApiErrorTests
{
    [Fact]
    public void MessageOf_ARegistryThatIsBusy_IsItsOwnWords() => Assert.Equal("toomanyrequests: out of tokens", ApiError.MessageOf(
        new RegistryException(ErrorKind.Unavailable, "push app: https://example.com: its token server answers 429: toomanyrequests: out of tokens", HttpStatusCode.TooManyRequests) { Words = "toomanyrequests: out of tokens" }));

    [Fact]
    public void MessageOf_ARegistryThatRefuses_IsOursWithTheHint() => Assert.Equal("push access denied for app: denied: no (log in)", ApiError.MessageOf(
        new RegistryException(ErrorKind.Denied, "push access denied for app: denied: no", HttpStatusCode.Forbidden) { Words = "denied: no", Hint = "log in" }));
}

using Slipway.Registry.Transfer;
using Xunit;

namespace Slipway.Registry.Tests.Transfer;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(1, null, 0.5)]
    [InlineData(2, null, 1)]
    [InlineData(3, null, 2)]
    [InlineData(100, null, 10)]
    [InlineData(1, 7.0, 7)]
    [InlineData(1, 0.0, 0.5)]
    [InlineData(1, 1e9, 60)]
    public void DelayAfter_AnAttempt_DoublesAndObeysTheRegistryUpToAMinute(int attempt, double? asked, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new RetryPolicy().DelayAfter(attempt, asked is { } s ? TimeSpan.FromSeconds(s) : null));
}

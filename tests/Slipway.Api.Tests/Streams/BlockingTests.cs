using Slipway.Api.Streams;
using Xunit;

namespace Slipway.Api.Tests.Streams;

public sealed class BlockingTests
{
    [Fact]
    public async Task WhenOver_WhileSomethingGoesOn_WaitsForIt()
    {
        using var gate = new ManualResetEventSlim();
        Task<int> work = Blocking.RunAsync(() =>
        {
            gate.Wait();
            return 7;
        });
        Task failing = Blocking.RunAsync(() =>
        {
            gate.Wait();
            throw new InvalidOperationException();
        });
        Task over = Blocking.WhenOverAsync();
        Assert.False(over.IsCompleted);
        gate.Set();
        Assert.Equal(7, await work);
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await over.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(Blocking.WhenOverAsync().IsCompleted);
    }
}

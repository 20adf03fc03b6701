using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Waits for what comes to hold sooner or later, however busy the machine.</summary>
internal static class Waiting
{
    private const int PatienceMilliseconds = 60_000, PauseMilliseconds = 20;

    public static void Until(Func<bool> holds)
    {
        for (long deadline = Environment.TickCount64 + PatienceMilliseconds; !holds(); Task.Delay(PauseMilliseconds).Wait())
            Assert.True(Environment.TickCount64 < deadline, "it did not come to hold");
    }
}

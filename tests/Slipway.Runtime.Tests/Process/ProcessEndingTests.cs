using System.Diagnostics;
using Slipway.Linux.Processes;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

public sealed class ProcessEndingTests
{
    [Fact]
    public void IsEnding_OfOneThatLivesAndOneThatHasEnded_IsWhatTheyAre()
    {
        Assert.False(ProcessStat.IsEnding(Environment.ProcessId));
        using var sleeper = System.Diagnostics.Process.Start(new ProcessStartInfo("sleep", ["100"]))!;
        Assert.False(ProcessStat.IsEnding(sleeper.Id));
        sleeper.Kill();
        sleeper.WaitForExit();
        Assert.True(ProcessStat.IsEnding(sleeper.Id));
    }
}

using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>A terminal that the runtime itself serves.</summary>
public sealed class ForegroundTerminalTests
{
    [Fact]
    public void RunAndExec_TerminalIntoAFile_HaveNoCarriageReturns()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("echo one; echo two; tty", static config => config["process"]!["terminal"] = true);
        Assert.Equal("one\ntwo\n/dev/pts/0\n", bundle.Call("run", bundle.Id).Output);
        using RuntimeBundle running = RuntimeBundle.Run("sleep 100", static _ => { });
        Assert.Equal("one\ntwo\n", running.Call("exec", "--tty", running.Id, "/bin/busybox", "printf", "one\ntwo\n").Output);
    }
}

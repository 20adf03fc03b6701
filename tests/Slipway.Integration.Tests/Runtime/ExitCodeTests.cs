using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>Engines tell a command that was not found from a runtime that failed by the exit code alone.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public void Delete_OfAContainerNamedLikeACommand_Fails1()
    {
        using RuntimeBundle bundle = RuntimeBundle.Run("sleep 1000", "{}");

        Assert.Equal(1, bundle.Call("delete", "exec").ExitCode);
    }

    [Fact]
    public void Exec_InAContainerThatIsNotThere_Fails255()
    {
        using RuntimeBundle bundle = RuntimeBundle.Run("sleep 1000", "{}");

        Assert.Equal(255, bundle.Call("exec", "nope", "true").ExitCode);
    }

    [Fact]
    public void Exec_OfAnEndingCommand_GivesItsExitCode()
    {
        using RuntimeBundle bundle = RuntimeBundle.Run("sleep 1000", "{}");

        Assert.Equal(7, bundle.Call("exec", bundle.Id, "/bin/busybox", "sh", "-c", "exit 7").ExitCode);
    }
}

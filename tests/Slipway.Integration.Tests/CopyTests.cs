using Xunit;

namespace Slipway.Integration.Tests;

public sealed class CopyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cp_InAndOut_RunningOrNot(bool running)
    {
        using Slip slip = Slip.WithBusybox();
        if (running)
            slip.Ok("run", "-d", "--name", "c-c", "busybox", "sleep", "1000");
        else
            slip.Ok("create", "--name", "c-c", "busybox", "cat", "/tmp/in/file");
        string file = slip.Write("in/file", "carried");
        slip.Ok("cp", Path.GetDirectoryName(file)!, "c-c:/tmp");
        string back = Path.Combine(slip.Scratch, "back");
        slip.Ok("cp", "c-c:/tmp/in/file", back);
        Assert.Equal("carried", File.ReadAllText(back));
        slip.Ok("cp", "c-c:/tmp/in", Path.Combine(slip.Scratch, "tree"));
        Assert.Equal("carried", File.ReadAllText(Path.Combine(slip.Scratch, "tree", "file")));
        if (!running)
            Assert.Equal("carried", slip.Run("start", "-a", "c-c").Output);
    }

    [Fact]
    public void Cp_Missing_SaysSo()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "c-c", "busybox", "true");
        Slip.Result result = slip.Run("cp", "c-c:/nothere", slip.Scratch);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Could not find the file /nothere in container c", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Cp_LinkOfTheContainer_NeverReachesTheHost()
    {
        using Slip slip = Slip.WithBusybox();
        string canary = slip.Write("canary/secret", "host");
        slip.Run("run", "--name", "c-c", "busybox", "ln", "-s", Path.GetDirectoryName(canary)!, "/trap");
        slip.Run("cp", slip.Write("secret", "changed"), "c-c:/trap/secret");
        Assert.Equal("host", File.ReadAllText(canary));
        Assert.NotEqual(0, slip.Run("cp", "c-c:/trap/secret", Path.Combine(slip.Scratch, "stolen")).ExitCode == 0 && File.ReadAllText(Path.Combine(slip.Scratch, "stolen")) == "host" ? 0 : 1);
    }
}

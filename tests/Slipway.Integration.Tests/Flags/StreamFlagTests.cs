using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary>Which streams a client is attached to, and what inspect says of that.</summary>
public sealed class StreamFlagTests
{
    private const string Streams = "{{.Config.AttachStdin}} {{.Config.AttachStdout}} {{.Config.AttachStderr}} {{.Config.StdinOnce}}";

    [Theory]
    [InlineData("false true true false")]
    [InlineData("true true true true", "-i")]
    [InlineData("false false false false", "-d")]
    [InlineData("false false false false", "-d", "-i")]
    [InlineData("false true false false", "-a", "stdout")]
    [InlineData("true false true true", "-i", "-a", "STDIN", "-a", "stderr")]
    public void Inspect_SaysWhatIsAttached(string expected, params string[] flags)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run(["run", .. flags, "--name", "ship", "busybox", "true"]);
        Assert.Equal(expected, slip.Ok("inspect", "-f", Streams, "ship"));
    }

    [Fact]
    public void Create_AttachIsKeptAndWrongOnesAreRefused()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "-a", "stdout", "--name", "ship", "busybox", "true");
        Assert.Equal("false true false false", slip.Ok("inspect", "-f", Streams, "ship"));
        Assert.Contains("valid streams are STDIN, STDOUT and STDERR", slip.Run("create", "-a", "stdlog", "busybox").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_InteractiveInTheBackground_KeepsItsInputForTheNextClient()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "-i", "--name", "ship", "busybox", "sh", "-c", "while read line; do echo got $line; done; echo ended");
        // A client whose input ends has said its part, and the next may go on.
        foreach (string word in (string[])["one", "two"])
        {
            using Process client = slip.Start("attach", "ship");
            client.StandardInput.Write(word + "\n");
            client.StandardInput.Close();
            Assert.Equal("got " + word, client.StandardOutput.ReadLine());
            client.Kill();
            client.WaitForExit();
        }
        Assert.Equal("true", slip.Ok("inspect", "-f", "{{.State.Running}}", "ship"));
    }

    [Fact]
    public void InputForATerminal_FromNone_IsRefusedAsDockerDoes()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-dit", "--name", "ship", "busybox", "sh");
        string[][] commands = [["run", "-it", "busybox", "true"], ["exec", "-it", "ship", "true"], ["attach", "ship"]];
        foreach (string[] command in commands)
        {
            Slip.Result refused = slip.Run(command);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("the input device is not a TTY", refused.Errors, StringComparison.Ordinal);
        }
        Assert.Equal("ship", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        // Whoever doesn't speak needs none.
        Assert.Equal("/dev/pts/0", slip.Ok("run", "--rm", "-t", "busybox", "tty").Trim('\r'));
        Assert.Equal("hello\r\n", slip.Run("exec", "-t", "ship", "echo", "hello").Output);
    }

    [Fact]
    public void RemoveLink_IsExplained()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "ship", "busybox", "true");
        Slip.Result name = slip.Run("rm", "-l", "ship"), link = slip.Run("rm", "--link", "/ship/boat");
        Assert.Equal((1, 1), (name.ExitCode, link.ExitCode));
        Assert.Contains("cannot remove the default link name of the container", name.Errors, StringComparison.Ordinal);
        Assert.Contains("Cannot get parent /ship for link name /ship/boat", link.Errors, StringComparison.Ordinal);
        Assert.Equal("ship", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
    }
}

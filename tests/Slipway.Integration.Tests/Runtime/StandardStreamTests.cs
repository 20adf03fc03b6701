using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>
/// Standard streams of a process that is not root. Devices and files are the host's and stay whose they are; pipes become the user's, who
/// could otherwise not open /dev/stdout.
/// </summary>
public sealed class StandardStreamTests
{
    public enum Streams
    {
        Null,
        Zero,
        File,
    }

    [Theory]
    [InlineData(Streams.Null)]
    [InlineData(Streams.Zero)]
    [InlineData(Streams.File)]
    public void RunAndExec_AsAPlainUser_ChangeNoOwnerOfTheHosts(Streams streams)
    {
        using RuntimeBundle bundle = AsUser("sleep 1000");
        string file = Stream(bundle, streams);
        Ok(bundle, file, "run", "--detach", bundle.Id);
        Assert.Equal("0:0", OwnerOf(file));
        Ok(bundle, file, "exec", bundle.Id, "/bin/busybox", "true");
        Ok(bundle, file, "exec", "--user", "2000:2000", bundle.Id, "/bin/busybox", "true");
        Assert.Equal("0:0", OwnerOf(file));
        bundle.Ok("delete", "--force", bundle.Id);
        Ok(bundle, file, "create", bundle.Id);
        Assert.Equal("0:0", OwnerOf(file));
    }

    [Fact]
    public void RunAndExec_WithATerminal_ChangeNoOwnerOfTheHosts()
    {
        using RuntimeBundle bundle = AsUser("true", terminal: true);
        string file = Stream(bundle, Streams.Null);
        Ok(bundle, file, "run", bundle.Id);
        Assert.Equal("0:0", OwnerOf(file));
        using RuntimeBundle target = AsUser("sleep 1000");
        target.Ok("run", "--detach", target.Id);
        Ok(target, file, "exec", "--tty", "--user", "2000", target.Id, "/bin/busybox", "true");
        Assert.Equal("0:0", OwnerOf(file));
    }

    [Fact]
    public void RunAndExec_WithPipes_TheUserOpensThemAgain()
    {
        using RuntimeBundle bundle = AsUser("echo out > /proc/self/fd/1; sleep 1000");
        using Process run = bundle.Start("run", "--detach", bundle.Id);
        Assert.Equal("out", run.StandardOutput.ReadLine());
        using Process exec = bundle.Start("exec", "--user", "2000:3000", bundle.Id, "/bin/busybox", "sh", "-c", "stat -L -c %u:%g /proc/self/fd/1; echo again > /proc/self/fd/1");
        Assert.Equal("2000:3000\nagain\n", exec.StandardOutput.ReadToEnd());
    }

    private static RuntimeBundle AsUser(string script, bool terminal = false) => RuntimeBundle.Prepare(script, config =>
    {
        config["process"]!["user"] = JsonNode.Parse("""{"uid":1000,"gid":1000}""");
        config["process"]!["terminal"] = terminal;
    });

    // A node or a file of the test's own: were an owner changed, it would not be the host's.
    private static string Stream(RuntimeBundle bundle, Streams streams)
    {
        string path = Path.Combine(bundle.Folder, "stream");
        using Process made = Process.Start("/bin/sh", ["-c", streams == Streams.File ? $": > {path}" : $"mknod -m 666 {path} c 1 {(streams == Streams.Null ? 3 : 5)}"]);
        made.WaitForExit();
        Assert.SkipUnless(made.ExitCode == 0, "device nodes can't be made here");
        return path;
    }

    // With the node as /dev/null, too, in a mount namespace that ends with the command.
    private static void Ok(RuntimeBundle bundle, string stream, params string[] args)
    {
        const string Script = "[ ! -c \"$0\" ] || mount --bind \"$0\" /dev/null; exec \"$@\" < \"$0\" >> \"$0\" 2>> \"$0\"";
        Slip.Result result = bundle.CallUnder(["unshare", "-m", "--propagation", "private", "sh", "-c", Script, stream], args);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', args)}: exit {result.ExitCode}\n{result.Errors}");
    }

    private static string OwnerOf(string path)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u:%g", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}

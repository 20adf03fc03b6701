using System.Diagnostics;
using System.Text;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>The docker client that is installed, unmodified, at a slipd.</summary>
public sealed class DockerCliTests
{
    [Fact]
    public void Run_AProgram_ShowsItsStreamsAndCode()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.Docker("run", "--rm", "--network", "none", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3");
        Assert.Equal((3, "out\n", "err\n"), (result.ExitCode, result.Output, result.Errors));
        Assert.Empty(slipd.DockerOk("ps", "-aq"));
    }

    [Fact]
    public void Run_WithInput_EndsWithItsEnd()
    {
        using Slipd slipd = Slipd.WithBusybox();
        byte[] input = new byte[3_000_000];
        new Random(7).NextBytes(input);
        Slip.Result result = slipd.Run(input, Needs.Program("docker"), "run", "--rm", "-i", "--network", "none", "busybox", "sha256sum");
        Assert.Equal($"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))}  -\n", result.Output);
    }

    [Theory]
    [InlineData(127, "nosuch")]
    [InlineData(126, "/etc")]
    public void Run_WhatCantRun_HasDockersExitCode(int code, string command)
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(code, slipd.Docker("run", "--rm", "--network", "none", "busybox", command).ExitCode);
        Assert.Empty(slipd.DockerOk("ps", "-aq"));
    }

    [Fact]
    public void Run_OnATerminal_HasItsSize()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string docker = Needs.Program("docker"), script = Needs.Program("script");
        Slip.Result result = slipd.Run([], script, "-qec", $"stty rows 33 cols 99; {docker} run -it --rm --network none busybox sh -c 'sleep 0.5; stty size; tty'", "/dev/null");
        Assert.Contains("33 99", result.Output, StringComparison.Ordinal);
        Assert.Contains("/dev/pts/", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_InARunningContainer_HasItsStreamsCodeAndInput()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "web", "--network", "none", "busybox", "sleep", "100");
        Slip.Result result = slipd.Docker("exec", "-e", "A=b", "-w", "/tmp", "web", "sh", "-c", "echo $A; pwd >&2; exit 7");
        Assert.Equal((7, "b\n", "/tmp\n"), (result.ExitCode, result.Output, result.Errors));
        Assert.Equal("typed", slipd.Run("typed"u8.ToArray(), Needs.Program("docker"), "exec", "-i", "web", "cat").Output);
        Assert.Equal(126, slipd.Docker("exec", "web", "nosuch").ExitCode); // dockerd has this one code
        // What else is wrong is said on the connection too, not as a status that the client can't tell from a failed upgrade.
        foreach ((string[] flags, string said) in (((string[], string)[])[(["-w", "/nosuch"], "/nosuch"), (["-u", "nosuch"], "unable to find user nosuch"), (["-u", "1:nosuch"], "nosuch")]))
        {
            result = slipd.Docker(["exec", .. flags, "web", "true"]);
            Assert.Equal(126, result.ExitCode);
            Assert.Contains(said, result.Output + result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Logs_Followed_ComeAsTheyAreWritten()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "web", "--network", "none", "busybox", "sh", "-c", "echo one; until [ -e /go ]; do sleep 0.05; done; echo two >&2");
        using Process logs = slipd.Start(Needs.Program("docker"), "logs", "-f", "web");
        Assert.Equal("one", logs.StandardOutput.ReadLine());
        slipd.DockerOk("exec", "web", "touch", "/go");
        Assert.Equal("two\n", logs.StandardError.ReadToEnd());
        logs.WaitForExit();
        Assert.Equal(0, logs.ExitCode);
    }

    [Fact]
    public void Cp_BothWays_KeepsContentAndMode()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "box", "busybox", "true");
        string file = slipd.Slip.Write("in/file", "hello");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        slipd.DockerOk("cp", Path.GetDirectoryName(file)!, "box:/data");
        slipd.DockerOk("cp", "box:/data/file", slipd.Slip.Scratch + "/out");
        Assert.Equal("hello", File.ReadAllText(slipd.Slip.Scratch + "/out"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(slipd.Slip.Scratch + "/out"));
        Assert.Contains("A /data/file", slipd.DockerOk("diff", "box"), StringComparison.Ordinal);
        Assert.NotEqual(0, slipd.Docker("cp", "box:/nosuch", slipd.Slip.Scratch).ExitCode);
    }

    [Fact]
    public void Events_OfARun_AreDockersInOrder()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using Process events = slipd.Start(Needs.Program("docker"), "events", "--filter", "type=container", "--format", "{{.Action}}");
        Waiting.Until(() => slipd.Get("/info")["NEventsListener"]!.GetValue<int>() == 1);
        slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "true");
        string[] seen = [.. Enumerable.Range(0, 5).Select(_ => events.StandardOutput.ReadLine()!)];
        events.Kill();
        Assert.Equal(["create", "attach", "start", "die", "destroy"], seen);
    }

    [Fact]
    public void ImagesAndNames_AreOneStoreWithSlip()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "--name", "made", "--network", "none", "busybox", "sh", "-c", "echo x > /x");
        Assert.Contains("made", slipd.Slip.Ok("ps", "-a", "--format", "{{.Names}}"), StringComparison.Ordinal);
        slipd.DockerOk("commit", "-m", "why", "made", "with-x");
        Assert.Equal("x", slipd.Slip.Ok("run", "--rm", "--network", "none", "with-x", "cat", "/x"));
        slipd.DockerOk("tag", "with-x", "other:1");
        Assert.Contains("Untagged: other:1", slipd.DockerOk("rmi", "other:1"), StringComparison.Ordinal);
        slipd.DockerOk("save", "-o", slipd.Slip.Scratch + "/s.tar", "with-x");
        slipd.DockerOk("rm", "made");
        // What is ours stands beside docker's members, which its client goes on reading.
        Assert.Equal(1, (int)slipd.Get("/system/df")["SlipwayTrash"]!["Count"]!);
        Assert.Contains("Containers", slipd.DockerOk("system", "df"), StringComparison.Ordinal);
        Assert.StartsWith("uid 0 pid ", (string?)System.Text.Json.Nodes.JsonNode.Parse(slipd.Slip.Ok("explain", "--format", "json", "with-x"))!["committed"]!["by"], StringComparison.Ordinal);
        slipd.DockerOk("rmi", "with-x");
        Assert.Contains("Loaded image: with-x:latest", slipd.DockerOk("load", "-i", slipd.Slip.Scratch + "/s.tar"), StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_NamesAndPorts_ReachEachOther()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("network", "create", "--label", "a=b", "back");
        Assert.Equal("{}", slipd.DockerOk("network", "inspect", "-f", "{{json .Options}}", "back").Trim());
        slipd.DockerOk("run", "-d", "--name", "web", "--network", "back", "--network-alias", "www", "-p", "127.0.0.1:18080:80", "busybox", "sh", "-c", "echo hi > /index.html; httpd -f -h /");
        Assert.Equal("hi", slipd.DockerOk("run", "--rm", "--network", "back", "busybox", "sh", "-c", "until wget -qO- http://www; do sleep 0.1; done"));
        Assert.Equal("80/tcp -> 127.0.0.1:18080", slipd.DockerOk("port", "web"));
        Assert.Contains("active endpoints", slipd.Docker("network", "rm", "back").Errors, StringComparison.Ordinal);
        slipd.DockerOk("rm", "-f", "web");
        slipd.DockerOk("network", "rm", "back");
    }

    [Fact]
    public void Volumes_Outlive_TheirContainers()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "--rm", "--network", "none", "-v", "data:/data", "busybox", "sh", "-c", "echo kept > /data/f");
        Assert.Equal("kept", slipd.DockerOk("run", "--rm", "--network", "none", "--mount", "type=volume,src=data,dst=/d,readonly", "busybox", "cat", "/d/f"));
        Assert.Equal("data", slipd.DockerOk("volume", "ls", "-q"));
        slipd.DockerOk("volume", "rm", "data");
    }

    [Fact]
    public void Restarted_WithKill9_ContainersGoOnAndAreFound()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "web", "--network", "none", "busybox", "sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done");
        string pid = slipd.DockerOk("inspect", "-f", "{{.State.Pid}}", "web");
        slipd.KillAndRestart();
        Assert.Equal(pid, slipd.DockerOk("inspect", "-f", "{{.State.Pid}}", "web"));
        Assert.Equal("up", slipd.DockerOk("logs", "web"));
        slipd.DockerOk("stop", "web");
        Assert.Equal("5", slipd.DockerOk("wait", "web"));
    }

    [Fact]
    public void Attach_BeforeTheStart_MissesNothing()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "-i", "--name", "box", "--network", "none", "busybox", "sh", "-c", "echo first; cat; echo last");
        Slip.Result result = slipd.Run(Encoding.UTF8.GetBytes("middle\n"), Needs.Program("docker"), "start", "-ai", "box");
        Assert.Equal("first\nmiddle\nlast\n", result.Output);
    }
}

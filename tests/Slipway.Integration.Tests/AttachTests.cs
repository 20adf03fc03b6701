using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>attach, rename, update, top, cidfile, and which streams a run attaches to.</summary>
public sealed class AttachTests
{
    [Fact]
    public void Attach_SeveralAtOnce_GetTheOutputAndTheCode()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "-i", "--name", "shared", "busybox", "sh", "-c", "read line; echo got $line; read line; exit 6");
        using Process first = slip.Start("attach", "--no-stdin", "shared");
        using Process second = slip.Start("attach", "shared");
        Waiting.Until(() => slip.Ok("events", "--since", "10m", "--until", "0s", "-f", "event=attach", "-f", "container=shared", "--format", "x").Split('\n').Length >= 2);
        second.StandardInput.Write("hello\nend\n");
        second.StandardInput.Flush();
        Assert.Equal("got hello", first.StandardOutput.ReadToEnd().Trim());
        Assert.Equal("got hello", second.StandardOutput.ReadToEnd().Trim());
        first.WaitForExit();
        second.WaitForExit();
        Assert.Equal((6, 6), (first.ExitCode, second.ExitCode));
        Assert.Contains("You cannot attach to a stopped container, start it first", slip.Run("attach", "shared").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_AttachedInteractive_HasInputAndOutput()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "-i", "--name", "echo", "busybox", "cat");
        Assert.Equal("in", slip.RunWithInput("in"u8.ToArray(), "start", "-a", "-i", "echo").Output);
    }

    [Fact]
    public void RunAttach_OnlyTheNamedStreams()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--rm", "-a", "stderr", "busybox", "sh", "-c", "echo out; echo err >&2");
        Assert.Equal(("", "err\n"), (result.Output, result.Errors));
        Assert.Equal(125, slip.Run("run", "-d", "-a", "stdout", "busybox", "true").ExitCode);
        Assert.Equal(125, slip.Run("run", "-a", "stdnone", "busybox", "true").ExitCode);
        Assert.Equal(125, slip.Run("run", "--detach-keys", "ctrl-1", "busybox", "true").ExitCode);
    }

    [Fact]
    public void Rename_IsFoundByItsNewName_AndTakenOnesAreRefused()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "old", "busybox", "true");
        slip.Ok("create", "--name", "other", "busybox", "true");
        slip.Ok("rename", "old", "new");
        Assert.Equal("/new", slip.Ok("inspect", "-f", "{{.Name}}", "new"));
        Assert.Contains("No such container: old", slip.Run("start", "old").Errors, StringComparison.Ordinal);
        Assert.Contains("is already in use by container", slip.Run("rename", "new", "other").Errors, StringComparison.Ordinal);
        Assert.Contains("Renaming a container with the same name", slip.Run("rename", "new", "new").Errors, StringComparison.Ordinal);
        Assert.Contains("Invalid container name", slip.Run("rename", "new", "a b").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void CidFile_HasTheId_AndAnOldOneIsRefused()
    {
        using Slip slip = Slip.WithBusybox();
        string file = Path.Combine(slip.Scratch, "cid");
        string id = slip.Ok("run", "-d", "--cidfile", file, "busybox", "true");
        Assert.Equal(id, File.ReadAllText(file));
        Slip.Result refused = slip.Run("run", "--cidfile", file, "busybox", "true");
        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("container ID file found", refused.Errors, StringComparison.Ordinal);
        Assert.Single(slip.Ok("ps", "-aq").Split('\n'));
    }

    [Fact]
    public void Update_ChangesTheLimitsOfARunningContainer_AndItsPolicy()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "small", "-m", "64m", "--pids-limit", "100", "busybox", "sleep", "1000");
        slip.Ok("update", "--pids-limit", "50", "--restart", "on-failure:3", "small");
        string pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", "small");
        string path = File.ReadLines($"/proc/{pid}/cgroup").Select(l => l.Split(':')).First(l => l[1] is "pids" or "")[2];
        string[] places = [$"/sys/fs/cgroup/pids{path}/pids.max", $"/sys/fs/cgroup{path}/pids.max"];
        Assert.Equal("50", File.ReadAllText(places.First(File.Exists)).Trim());
        Assert.Equal("50 67108864 on-failure", slip.Ok("inspect", "-f", "{{.HostConfig.PidsLimit}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}", "small"));
        Assert.Contains("you must provide one or more flags", slip.Run("update", "small").Errors, StringComparison.Ordinal);
        Assert.Equal(1, slip.Run("update", "-m", "1k", "small").ExitCode);
    }

    [Fact]
    public void Top_ListsTheContainersProcessesOnly()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "busy", "busybox", "sh", "-c", "sleep 1234 & wait");
        string pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", "busy");
        string[] lines = slip.Ok("top", "busy", "-o", "pid,args").Split('\n');
        Assert.Contains("ps: error: ", slip.Run("top", "busy", "bogus").Errors, StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.Contains(lines, l => l.Trim().StartsWith(pid + " ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("sleep 1234", StringComparison.Ordinal));
        slip.Ok("stop", "-t", "0", "busy");
        Assert.Contains("is not running", slip.Run("top", "busy").Errors, StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Faults;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>A container is made again: what was chosen stays, what came from the image comes from the new one, and one of the two always works.</summary>
public sealed class RecreateTests
{
    [Fact]
    public void ImageHasMovedOn_DefaultsComeFromTheNewOne_ChoicesAndVolumesStay()
    {
        using Slip slip = WithImages(out string first, out string second);
        string id = slip.Ok("run", "-d", "--name", "web", "-e", "CHOSEN=mine", "--label", "a=b", "-m", "64m", "-v", "named:/named", "-v", "/anonymous", "app");
        slip.Ok("exec", "web", "sh", "-c", "echo kept > /named/file; echo kept > /anonymous/file; echo lost > /file");
        slip.Ok("tag", second, "app");

        Assert.Equal("app (stale)", Column(slip.Ok("ps"), 1));
        Assert.Equal(first[7..19], slip.Ok("ps", "--format", "{{.Image}}"));
        Slip.Result outdated = slip.Run("outdated");
        Assert.Equal(1, outdated.ExitCode);
        Assert.Contains("slip recreate web", outdated.Output, StringComparison.Ordinal);
        Assert.Contains("'slip recreate web' moves it there", slip.Run("restart", "-t", "0", "web").Errors, StringComparison.Ordinal);

        Slip.Result done = slip.Run("recreate", "web");

        Assert.Equal(0, done.ExitCode);
        Assert.Contains("from another image", done.Errors, StringComparison.Ordinal);
        Assert.Contains("keeps    volumes", done.Errors, StringComparison.Ordinal);
        Assert.Equal("new\nmine\nkept\nkept\nmissing", slip.Ok("exec", "web", "sh", "-c", "echo $DEFAULT; echo $CHOSEN; cat /named/file /anonymous/file; test -e /file || echo missing"));
        Assert.Equal($"{second} 67108864 b", slip.Ok("inspect", "-f", "{{.Image}} {{.HostConfig.Memory}} {{.Config.Labels.a}}", "web"));
        Assert.Equal("nothing is outdated", slip.Ok("outdated"));
        Assert.Equal("web", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        // The old one is to be had back.
        Assert.Equal("web", slip.Ok("trash", "ls", "--format", "{{.Name}}"));
        slip.Ok("undo", id[..12], "--name", "old");
        Assert.Contains("A /file", slip.Ok("diff", "old"), StringComparison.Ordinal);
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
    }

    [Fact]
    public void Flags_AreChanges()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "web", "-e", "A=1", "-e", "B=2", "-p", "127.0.0.1:20080:80", "-p", "20443:443", "-v", "one:/one", "-v", "two:/two", "--privileged", "--cap-drop", "CHOWN", "--restart", "always", "--log-opt", "max-file=3",
            "--hostname", "h", "--ulimit", "nofile=100", "--sysctl", "net.core.somaxconn=100", "busybox", "sleep", "1000");
        slip.Ok("recreate", "web", "-e", "A=9", "-e", "B-", "-e", "C=3", "-p", "20081:80", "-p", "+20082:443", "-v", "other:/one", "--privileged=false", "--cap-add", "CHOWN", "--restart", "no", "--log-opt", "max-size=5m", "--ulimit", "nofile=200", "-m", "32m");
        JsonNode now = JsonNode.Parse(slip.Ok("inspect", "web"))![0]!;
        string[] environment = [.. now["Config"]!["Env"]!.AsArray().Select(e => e!.GetValue<string>())];
        Assert.Contains("A=9", environment);
        Assert.Contains("C=3", environment);
        Assert.DoesNotContain(environment, e => e.StartsWith("B=", StringComparison.Ordinal));
        JsonNode host = now["HostConfig"]!;
        Assert.Equal("""[{"HostIp":"","HostPort":"20081"}]""", host["PortBindings"]!["80/tcp"]!.ToJsonString());
        Assert.Equal(2, host["PortBindings"]!["443/tcp"]!.AsArray().Count);
        Assert.Equal("other two", slip.Ok("inspect", "-f", "{{range .Mounts}}{{.Name}} {{end}}", "web").Trim());
        Assert.Equal("false", host["Privileged"]!.ToJsonString());
        Assert.Equal("no", host["RestartPolicy"]!["Name"]!.GetValue<string>());
        Assert.Equal("3", host["LogConfig"]!["Config"]!["max-file"]!.GetValue<string>());
        Assert.Equal("5m", host["LogConfig"]!["Config"]!["max-size"]!.GetValue<string>());
        Assert.Equal(33554432, host["Memory"]!.GetValue<long>());
        Assert.Equal("h", now["Config"]!["Hostname"]!.GetValue<string>());
        Assert.Single(host["Ulimits"]!.AsArray());
        Assert.Contains("CHOWN", host["CapAdd"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("CHOWN", host["CapDrop"]?.ToJsonString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAChange_InspectIsTheSame_ButForIdsAndTimes()
    {
        var random = new Random(20_261_128);
        using Slip slip = Slip.WithBusybox();
        string[][] flags =
        [
            ["-e", "A=b"], ["--label", "x=y"], ["-m", "64m"], ["--cpus", "0.5"], ["--pids-limit", "100"], ["-v", "named:/n"], ["-v", "/anon"], ["--tmpfs", "/t:size=1m"], ["-u", "1:2"], ["-w", "/tmp"], ["--hostname", "h"],
            ["--cap-add", "NET_ADMIN"], ["--cap-drop", "CHOWN"], ["--read-only"], ["--security-opt", "no-new-privileges"], ["--ulimit", "nofile=64:128"], ["--dns", "9.9.9.9"], ["--add-host", "a:1.2.3.4"], ["-p", "20000-20001:80-81"],
            ["--network", "none"], ["--restart", "on-failure:3"], ["--stop-signal", "INT"], ["--stop-timeout", "3"], ["--health-cmd", "true"], ["--log-opt", "max-size=1m"], ["--entrypoint", "sleep"], ["--init"], ["-t"], ["-i"], ["--pid", "host"],
            ["--ipc", "private"], ["--shm-size", "8m"], ["--device", "/dev/fuse"], ["--sysctl", "kernel.shmmax=1000000"], ["--group-add", "5"], ["--annotation", "k=v"], ["--expose", "99"], ["--oom-score-adj", "10"], ["--cgroupns", "private"], ["--domainname", "d"],
        ];
        for (int round = 0; round < 20; round++)
        {
            string[] chosen = [.. flags.Where(_ => random.Next(4) == 0).SelectMany(f => f)];
            if (chosen.Contains("none") && chosen.Contains("-p"))
                continue;
            slip.Ok(["create", "--name", "same", .. chosen, "busybox", "1000"]);
            string before = Comparable(slip);
            slip.Ok("recreate", "same");
            Assert.Equal(before, Comparable(slip));
            slip.Ok("rm", "-v", "--purge", "same");
        }
    }

    [Fact]
    public void DryRun_SaysWhatWouldBeAndChangesNothing()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "-v", "data:/data", "busybox", "sh", "-c", "mkdir -p /var/lib/mysql; echo > /var/lib/mysql/ibdata1");
        string before = slip.Ok("inspect", "db");
        Slip.Result said = slip.Run("recreate", "db", "--dry-run", "-v", "mysql:/var/lib/mysql", "-m", "64m");
        Assert.Equal(0, said.ExitCode);
        foreach (string part in (string[])["from the same image", "changes  ", "67108864", "keeps    volume data", "/var/lib/mysql/ibdata1  MySQL"])
            Assert.Contains(part, said.Errors, StringComparison.Ordinal);
        Assert.Equal(before, slip.Ok("inspect", "db"));
        Assert.Equal("data", slip.Ok("volume", "ls", "-q"));
        Assert.Equal("the trash is empty: nothing can be brought back", slip.Ok("undo"));
    }

    [Theory]
    [InlineData("sh", "-c 'echo it breaks; exit 3'", "it ended with exit code 3", "| it breaks")]
    [InlineData("no-such-program", "", "no-such-program", "")]
    public void NewOneFails_TheOldOneRunsOn(string entrypoint, string command, string why, string last)
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--name", "web", "-p", "20090:80", "busybox", "sleep", "1000");
        slip.Ok("exec", "web", "sh", "-c", "echo mine > /file");
        string bad = Path.Combine(slip.Scratch, "bad");
        File.WriteAllText(bad, $"#!/bin/sh\n{command.Replace("-c ", "exec sh -c ", StringComparison.Ordinal)}\n");
        File.SetUnixFileMode(bad, (UnixFileMode)0b111_101_101);
        Slip.Result failed = slip.Run("recreate", "web", "-v", $"{bad}:/bad", "--entrypoint", entrypoint == "sh" ? "/bad" : entrypoint);
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains(why, failed.Errors, StringComparison.Ordinal);
        Assert.Contains(last, failed.Errors, StringComparison.Ordinal);
        Assert.Equal(id, slip.Ok("inspect", "-f", "{{.Id}}", "web"));
        Assert.Equal("mine", slip.Ok("exec", "web", "cat", "/file"));
        Assert.Equal("web", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
    }

    [Fact]
    public void NewOneIsNotHealthy_TheOldOneRunsOn_AndAHealthyOneTakesOver()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");
        Slip.Result failed = slip.Run("recreate", "web", "--health-cmd", "false", "--health-interval", "100ms", "--health-retries", "2");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("it is unhealthy", failed.Errors, StringComparison.Ordinal);
        Assert.Equal($"{id} true", slip.Ok("inspect", "-f", "{{.Id}} {{.State.Running}}", "web"));
        slip.Ok("recreate", "web", "--health-cmd", "true", "--health-interval", "100ms");
        Assert.Equal("healthy", slip.Ok("inspect", "-f", "{{.State.Health.Status}}", "web"));
    }

    [Fact]
    public void Refusals()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--rm", "--name", "passing", "busybox", "sleep", "1000");
        slip.Ok("create", "--name", "kept", "busybox", "true");
        slip.Ok("create", "--name", "free", "busybox", "true");
        slip.Ok("protect", "kept");
        foreach ((string[] args, string why) in ((string[], string)[])[(["passing"], "it removes itself when it stops"), (["kept"], "it is protected"), (["nope"], "No such container"), (["passing", "--name", "x"], "a container keeps its name"), (["free", "--image", "nope"], "No such image")])
        {
            Slip.Result refused = slip.Run(["recreate", .. args]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(why, refused.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void KilledAtAnyMoment_ExactlyOneWorkingContainerHasTheName()
    {
        const int Rounds = 20;
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "web", "-v", "/data", "-p", "20091:80", "busybox", "sh", "-c", "echo x >> /data/starts; exec sleep 1000");
        long clock = Stopwatch.GetTimestamp();
        slip.Ok("recreate", "web", "--stop-timeout", "0");
        TimeSpan whole = Stopwatch.GetElapsedTime(clock);
        for (int round = 0; round < Rounds; round++)
        {
            using (Process process = slip.Start("recreate", "web"))
            {
                // Most of it is the second in which the new one must not end.
                double part = round < Rounds - 6 ? 0.3 * round / (Rounds - 6) : 0.95 + (0.05 * (round - Rounds + 6));
                process.WaitForExit(whole * part);
                process.Kill();
                process.WaitForExit();
            }
            Assert.Equal("web", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
            Assert.Equal("true", slip.Ok("inspect", "-f", "{{.State.Running}}", "web"));
            Assert.Equal("x", slip.Ok("exec", "web", "head", "-n1", "/data/starts"));
            Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
            StoreCheck.NothingInTheMaking(slip, $"recreate, round {round}");
        }
        Assert.Single(slip.Ok("volume", "ls", "-q").Split('\n'));
    }

    private static Slip WithImages(out string first, out string second)
    {
        Slip slip = Slip.WithBusybox();
        foreach (string version in (string[])["old", "new"])
        {
            slip.Write($"{version}/Dockerfile", $"FROM busybox\nENV DEFAULT={version} CHOSEN=default\nCMD [\"sleep\", \"1000\"]\n");
            slip.Ok("build", "-q", "-t", version, Path.Combine(slip.Scratch, version));
        }
        slip.Ok("tag", "old", "app");
        first = slip.Ok("image", "inspect", "-f", "{{.Id}}", "old");
        second = slip.Ok("image", "inspect", "-f", "{{.Id}}", "new");
        return slip;
    }

    private static string Column(string table, int column) => System.Text.RegularExpressions.Regex.Split(table.Split('\n')[1], " {3,}")[column];

    private static string Comparable(Slip slip)
    {
        JsonNode node = JsonNode.Parse(slip.Ok("inspect", "same"))![0]!;
        string id = node["Id"]!.GetValue<string>();
        foreach (string member in (string[])["Id", "Created", "State", "LogPath"])
            node.AsObject().Remove(member);
        return node.ToJsonString().Replace(id, "ID", StringComparison.Ordinal).Replace(id[..12], "ID", StringComparison.Ordinal);
    }
}

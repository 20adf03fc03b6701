using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Runtime;
using Xunit;

namespace Slipway.Integration.Tests.Security;

/// <summary>Part A of the security catalogue against slip-runtime's own commands: a hostile container beside, or inside, the one that is worked on.</summary>
public sealed class RuntimeContainmentTests
{
    // CVE-2024-21626: what the caller has open stays the caller's.
    [Fact]
    public void RunAndExec_CallerWithOpenDirectories_HandOnOnlyWhatIsAskedFor()
    {
        const string List = "ls /proc/self/fd | tr '\\n' ' '";
        using RuntimeBundle bundle = RuntimeBundle.Prepare(List, static _ => { });
        // The fourth is ls's own, for the directory that it lists.
        Assert.Equal("0 1 2 3 ", WithOpenDirectories(bundle, "run", bundle.Id).Output);
        Assert.Equal("0 1 2 3 4 5 ", WithOpenDirectories(bundle, "run", "--preserve-fds", "2", bundle.Id).Output);
        using RuntimeBundle running = RuntimeBundle.Run("sleep 1000", "{}");
        Assert.Equal("0 1 2 3 ", WithOpenDirectories(running, "exec", running.Id, "/bin/busybox", "sh", "-c", List).Output);
        Assert.Equal("0 1 2 3 4 5 ", WithOpenDirectories(running, "exec", "--preserve-fds", "2", running.Id, "/bin/busybox", "sh", "-c", List).Output);
    }

    [Fact]
    public void RunAndExec_DirectoryThroughADescriptor_IsRefusedOrInside()
    {
        using RuntimeBundle running = RuntimeBundle.Run("sleep 1000", "{}");
        for (int fd = 3; fd <= 30; fd++)
        {
            using RuntimeBundle bundle = RuntimeBundle.Prepare("pwd -P; ls", config => config["process"]!["cwd"] = $"/proc/self/fd/{fd}");
            foreach (Slip.Result result in (Slip.Result[])
            [
                WithOpenDirectories(bundle, "run", bundle.Id),
                WithOpenDirectories(running, "exec", "--cwd", $"/proc/self/fd/{fd}", running.Id, "/bin/busybox", "sh", "-c", "pwd -P; ls"),
            ])
            {
                Assert.DoesNotContain("canary", result.Output, StringComparison.Ordinal);
                Assert.True(result.ExitCode == 0 || result.Errors.Contains("chdir to the working directory", StringComparison.Ordinal), result.Errors);
            }
        }
        Assert.Equal("/bin\n", running.Call("exec", "--cwd", "/bin", running.Id, "/bin/busybox", "pwd").Output);
    }

    // CVE-2019-16884, CVE-2019-19921, CVE-2025-52881: what exec and update write goes to the host's procfs, whatever lies on the container's.
    [Fact]
    public void ExecAndUpdate_ContainerWithAFakeProc_WriteNothingIntoIt()
    {
        using RuntimeBundle bundle = RuntimeBundle.Run(
            "mkdir /tmp; mount -t tmpfs x /proc && mkdir -p /proc/self/attr /proc/self/fd /proc/sys/kernel && for f in self/attr/exec self/attr/current self/oom_score_adj self/setgroups self/cgroup; do : > /proc/$f; done; : > /tmp/ready; exec /bin/busybox sleep 1000",
            static config => Hostile(config, "CAP_SYS_ADMIN"));
        WaitFor(bundle, "/tmp/ready");
        string process = Path.Combine(bundle.Folder, "process.json");
        File.WriteAllText(process, """{"cwd":"/","args":["/bin/busybox","sh","-c","echo inside"],"user":{"uid":0,"gid":0},"oomScoreAdj":500}""");
        Assert.Equal("inside\n", bundle.Call("exec", "--process", process, bundle.Id).Output);
        bundle.Ok("update", "--pids-limit", "30", bundle.Id);
        Slip.Result written = bundle.Call("exec", bundle.Id, "/bin/busybox", "sh", "-c", "cd /proc/self; exec /bin/busybox cat attr/exec attr/current oom_score_adj setgroups cgroup");
        Assert.Equal((0, ""), (written.ExitCode, written.Output));
    }

    // CVE-2019-5736, CVE-2016-9962: with the right to trace, each process that comes in is looked at before it has executed.
    [Fact]
    public void RacerOnProcesses_WhileExecsComeIn_WritesNoExecutableAndReachesNoFile()
    {
        using RuntimeBundle bundle = Raced("CAP_SYS_PTRACE");
        string before = Hash(bundle.Executable);
        for (int i = 0; i < 100; i++)
            bundle.Ok("exec", bundle.Id, "/bin/busybox", "true");
        AssertUnharmed(bundle, before);
    }

    // CVE-2019-5736: without any right, by a program whose interpreter is whoever executes it.
    [Fact]
    public void Exec_OfAScriptWhoseInterpreterIsItself_WritesNoExecutable()
    {
        using RuntimeBundle bundle = Raced("CAP_CHOWN");
        string script = Path.Combine(bundle.Rootfs, "self");
        // Stays a moment: the racer has to get at it.
        File.WriteAllText(script, "#!/proc/self/exe events\n");
        File.SetUnixFileMode(script, (UnixFileMode)0x1ed);
        string before = Hash(bundle.Executable);
        for (int i = 0; i < 100; i++)
            bundle.Call("exec", bundle.Id, "/self");
        Slip.Result plain = bundle.Call("exec", bundle.Id, "/bin/busybox", "echo", "ran");
        Assert.Equal(("ran\n", ""), (plain.Output, plain.Errors));
        AssertUnharmed(bundle, before);
    }

    // A container that opens each new process's executable, writes to it once it may have ended, and looks for the test's canary through it.
    private static RuntimeBundle Raced(string capability)
    {
        const string Racer = """
            mkdir /tmp; own=$(stat -L -c %d:%i /bin/busybox)
            while :; do for p in /proc/[0-9]*; do
              s=$(stat -L -c %d:%i $p/exe 2>/dev/null)
              [ -z "$s" ] || [ "$s" = "$own" ] || (exec 7< $p/exe; sleep 0.2; (echo x >> /proc/self/fd/7) && echo wrote >> /tmp/broken) 2>/dev/null
              for f in $p/fd/* $p/cwd $p/root; do [ ! -e ${f}CANARY ] || echo through $f >> /tmp/broken; done
            done; done
            """;
        RuntimeBundle bundle = RuntimeBundle.Prepare("", static _ => { });
        try
        {
            string canary = Path.Combine(bundle.Folder, "canary");
            File.WriteAllText(canary, "of the host");
            bundle.CallCopy();
            bundle.Change(config =>
            {
                config["process"]!["args"]![3] = Racer.Replace("CANARY", canary, StringComparison.Ordinal);
                Hostile(config, capability);
            });
            bundle.Ok("run", "--detach", bundle.Id);
            return bundle;
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    private static void AssertUnharmed(RuntimeBundle bundle, string before)
    {
        Assert.Equal("none\n", bundle.Call("exec", bundle.Id, "/bin/busybox", "sh", "-c", "cat /tmp/broken 2>/dev/null || echo none").Output);
        bundle.Ok("delete", "--force", bundle.Id);
        Assert.Equal(before, Hash(bundle.Executable));
    }

    // CVE-2021-30465, CVE-2024-45310
    [Fact]
    public void RacerOnAMountPoint_OfASharedDirectory_ReachesNothingOutside()
    {
        using var race = new SharedDirectory("cd /shared; while :; do rm -rf d; mkdir d; rm -rf d; ln -s CANARY d; rm d; ln -s / d; rm d; ln -s /proc/1/rootCANARY d; done");
        string mounts = File.ReadAllText("/proc/self/mountinfo");
        using RuntimeBundle victim = race.Victim("/shared", $"cat {race.Canary}/secret /shared/d/secret 2>/dev/null; echo ran", config =>
            config["mounts"]!.AsArray().Add(JsonNode.Parse("""{"destination":"/shared/d/sub/deep","type":"tmpfs","source":"x"}""")));
        int started = 0;
        for (int i = 0; i < 100; i++)
        {
            Slip.Result result = victim.Call("run", victim.Id);
            Assert.DoesNotContain("of the host", result.Output, StringComparison.Ordinal);
            started += result.ExitCode == 0 ? 1 : 0;
            Assert.True(result.ExitCode == 0 || result.Errors.Contains("/shared/d", StringComparison.Ordinal), result.Errors);
        }
        Assert.NotEqual(0, started);
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(race.Canary).Select(p => Path.GetFileName(p)));
        Assert.Equal(mounts, File.ReadAllText("/proc/self/mountinfo"));
    }

    // CVE-2025-31133, CVE-2025-52565
    [Fact]
    public void RacerOnDev_OfASharedDirectory_MasksAreTheNullDeviceAndTheConsoleATerminal()
    {
        using var race = new SharedDirectory("""
            cd /shared; mkdir -p pts shm mqueue; mknod -m 666 real c 1 3
            while :; do
              rm -f null console; ln -s CANARY/secret null; ln -s CANARY/secret console
              rm -f null console; : > null; : > console
              rm -f null console; ln real null; sleep 0.01
            done
            """);
        using RuntimeBundle victim = race.Victim("/dev", "stat -c '%F %t:%T' /proc/keys; cat /proc/keys | wc -c", static config =>
        {
            config["process"]!["terminal"] = true;
            config["root"]!["readonly"] = false;
        });
        int started = 0;
        for (int i = 0; i < 100; i++)
        {
            Slip.Result result = victim.Call("run", victim.Id);
            Assert.Equal("of the host", File.ReadAllText(Path.Combine(race.Canary, "secret")));
            if (result.ExitCode != 0)
                continue;
            started++;
            Assert.StartsWith("character special file 1:3\n0\n", result.Output, StringComparison.Ordinal);
        }
        Assert.True(started > 0, "no start came through between the racer's moves");
    }

    private static Slip.Result WithOpenDirectories(RuntimeBundle bundle, params string[] args)
    {
        File.WriteAllText(Path.Combine(bundle.Folder, "canary"), "");
        return bundle.CallUnder(["bash", "-c", "for n in {3..30}; do eval \"exec $n< .\"; done; exec \"$@\"", "sh"], args);
    }

    private static void Hostile(JsonNode config, string name)
    {
        config["root"]!["readonly"] = false;
        foreach (string set in (string[])["bounding", "effective", "permitted"])
            config["process"]!["capabilities"]![set]!.AsArray().Add((JsonNode)name);
    }

    private static void WaitFor(RuntimeBundle bundle, string file)
    {
        for (int i = 0; bundle.Call("exec", bundle.Id, "/bin/busybox", "test", "-e", file).ExitCode != 0; i++)
            Assert.True(i < 1000, $"{file} never came");
    }

    private static string Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) + File.GetLastWriteTimeUtc(path).Ticks;
    }

    // A directory of the host's that a hostile container has too, and races in.
    private sealed class SharedDirectory : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("slip-runtime-race-").FullName;
        private readonly RuntimeBundle _racer;

        public SharedDirectory(string racer)
        {
            Canary = Directory.CreateDirectory(Path.Combine(_directory, "canary")).FullName;
            File.WriteAllText(Path.Combine(Canary, "secret"), "of the host");
            Directory.CreateDirectory(Path.Combine(_directory, "shared"));
            _racer = RuntimeBundle.Run(racer.Replace("CANARY", Canary, StringComparison.Ordinal), config =>
            {
                Bind(config, "/shared");
                Hostile(config, "CAP_MKNOD");
                config["linux"]!["resources"] = new JsonObject();
            });
        }

        public string Canary { get; }

        public RuntimeBundle Victim(string destination, string script, Action<JsonNode> change) => RuntimeBundle.Prepare(script, config =>
        {
            if (config["mounts"]!.AsArray().FirstOrDefault(mount => (string?)mount!["destination"] == destination) is { } there)
                config["mounts"]!.AsArray().Remove(there);
            Bind(config, destination);
            change(config);
        });

        public void Dispose()
        {
            _racer.Dispose();
            Directory.Delete(_directory, recursive: true);
        }

        private void Bind(JsonNode config, string destination)
        {
            var bind = new JsonObject { ["destination"] = destination, ["type"] = "bind", ["source"] = Path.Combine(_directory, "shared"), ["options"] = new JsonArray("rbind") };
            // Before the mounts that lie in /dev.
            config["mounts"]!.AsArray().Insert(1, bind);
        }
    }
}

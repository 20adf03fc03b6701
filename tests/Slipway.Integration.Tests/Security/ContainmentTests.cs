using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace Slipway.Integration.Tests.Security;

/// <summary>What a hostile image or container tries against the one that starts it: part A of the security catalogue, through the executables.</summary>
public sealed class ContainmentTests
{
    private const string Empty = "0000000000000000";

    [Fact]
    public void InheritableAndAmbientCapabilities_AreNone()
    {
        using Slip slip = Slip.WithBusybox();
        const string Read = "grep -E 'CapInh|CapAmb' /proc/self/status";
        slip.Ok("run", "-d", "--name", "ship", "busybox", "sleep", "1000");
        slip.Write("context/Dockerfile", $"FROM busybox\nRUN {Read} > /root-step\nUSER boat\nRUN {Read} > /tmp/user-step\n");
        slip.Ok("build", "-t", "built", Path.Combine(slip.Scratch, "context"));
        foreach (string shown in (string[])
        [
            slip.Ok("run", "--rm", "busybox", "sh", "-c", Read), slip.Ok("run", "--rm", "-u", "1000", "busybox", "sh", "-c", Read),
            slip.Ok("run", "--rm", "--cap-add", "SYS_ADMIN", "-u", "1000", "busybox", "sh", "-c", Read),
            slip.Ok("exec", "ship", "sh", "-c", Read), slip.Ok("exec", "-u", "boat", "ship", "sh", "-c", Read),
            slip.Ok("run", "--rm", "built", "cat", "/root-step"), slip.Ok("run", "--rm", "built", "cat", "/tmp/user-step"),
        ])
            Assert.Equal($"CapInh:\t{Empty}\nCapAmb:\t{Empty}", shown);
    }

    [Fact]
    public void SocketsOfAlgAndVsock_AreRefusedUnlessUnconfined()
    {
        string compiler = Needs.Program("gcc");
        using Slip slip = Slip.WithBusybox();
        string source = slip.Write("context/sockets.c", """
            #include <errno.h>
            #include <stdio.h>
            #include <sys/socket.h>
            int main(void) { for (int f = 38; f <= 40; f += 2) { int s = socket(f, f == 38 ? SOCK_SEQPACKET : SOCK_STREAM, 0); printf("%d %d\n", f, s < 0 ? errno : 0); } return 0; }
            """);
        using (Process compile = Process.Start(compiler, ["-static", "-o", Path.Combine(slip.Scratch, "context/sockets"), source]))
        {
            compile.WaitForExit();
            Assert.SkipUnless(compile.ExitCode == 0, "no static C library to compile the test's program with");
        }
        slip.Write("context/Dockerfile", "FROM busybox\nCOPY sockets /sockets\n");
        slip.Ok("build", "-t", "built", Path.Combine(slip.Scratch, "context"));
        Assert.Equal("38 1\n40 1", slip.Ok("run", "--rm", "built", "/sockets"));
        slip.Ok("run", "-d", "--name", "ship", "built", "sleep", "1000");
        Assert.Equal("38 1\n40 1", slip.Ok("exec", "ship", "/sockets"));
        // What the kernel itself says to them without a filter: made, or a family that it does not have.
        Assert.DoesNotContain(" 1\n", slip.Ok("run", "--rm", "--security-opt", "seccomp=unconfined", "built", "/sockets") + "\n", StringComparison.Ordinal);
    }

    [Fact]
    public async Task FiftyContainersAtOnce_EachSeesItsOwnEnvironmentOnly()
    {
        using Slip slip = Slip.WithBusybox();
        async Task<string> RunOne(int i)
        {
            using Process run = slip.Start("run", "--rm", "-e", $"BERTH={i}", "-e", $"ONLY_{i}=yes", "busybox", "sh", "-c", "tr '\\0' '\\n' < /proc/1/environ | grep -E 'BERTH|ONLY|SLIPWAY|DOTNET' | sort | tr '\\n' ' '");
            run.StandardInput.Close();
            return await run.StandardOutput.ReadToEndAsync();
        }
        slip.Ok("run", "--rm", "busybox", "true");
        string[] seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(RunOne));
        for (int i = 0; i < seen.Length; i++)
            Assert.Equal($"BERTH={i} ONLY_{i}=yes ", seen[i]);
    }

    [Fact]
    public void WorkingDirectoryThroughEveryDescriptor_RunAndExec_StaysInside()
    {
        using Slip slip = Slip.WithBusybox();
        string secret = slip.Write("secret", "of the host");
        slip.Ok("run", "-d", "--name", "ship", "busybox", "sleep", "1000");
        for (int fd = 3; fd <= 24; fd++)
        {
            const string Look = "pwd; cat ../../../../../../../..";
            foreach (Slip.Result result in (Slip.Result[])
            [
                slip.Run("exec", "-w", $"/proc/self/fd/{fd}", "ship", "sh", "-c", Look + secret),
                slip.Run("run", "--rm", "-w", $"/proc/self/fd/{fd}", "busybox", "sh", "-c", Look + secret),
            ])
                Assert.DoesNotContain("of the host", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RacerOnExecutables_WhileExecsComeIn_WritesNothing()
    {
        using Slip slip = Slip.WithBusybox();
        string runtime = Path.Combine(Path.GetDirectoryName(Slip.Executable)!, "slip-runtime");
        string[] before = [Hash(Slip.Executable), Hash(runtime)];
        // Opens each new process's executable for writing and looks for the host through its descriptors; says so when either succeeds.
        string canary = slip.Write("canary", "of the host");
        string racer = $$"""
            own=$(stat -L -c %d:%i /bin/busybox)
            while :; do for p in /proc/[0-9]*; do
              [ "$(stat -L -c %d:%i $p/exe 2>/dev/null)" = "$own" ] || { (echo x >> $p/exe) 2>/dev/null && echo broke $p/exe >> /broken; }
              for f in $p/fd/* $p/cwd $p/root; do [ ! -e $f{{canary}} ] || echo through $f >> /broken; done
            done; done
            """;
        slip.Write("context/racer", racer);
        slip.Write("context/Dockerfile", "FROM busybox\nCOPY racer /racer\n");
        slip.Ok("build", "-t", "built", Path.Combine(slip.Scratch, "context"));
        slip.Ok("run", "-d", "--cap-add", "SYS_PTRACE", "--name", "ship", "built", "sh", "/racer");
        for (int i = 0; i < 100; i++)
            slip.Ok("exec", "ship", "true");
        Assert.Equal("none", slip.Ok("exec", "ship", "sh", "-c", "cat /broken 2>/dev/null || echo none"));
        Assert.Equal<string[]>(before, [Hash(Slip.Executable), Hash(runtime)]);
    }

    [Fact]
    public void RacerOnAMountPoint_OfAnotherContainersVolume_ReachesNothingOutside()
    {
        using Slip slip = Slip.WithBusybox();
        string canary = Directory.CreateDirectory(Path.Combine(slip.Scratch, "canary")).FullName;
        File.WriteAllText(Path.Combine(canary, "secret"), "of the host");
        string mountsBefore = File.ReadAllText("/proc/self/mountinfo");
        string racer = $"cd /shared; while :; do rm -rf d; mkdir d; rm -rf d; ln -s {canary} d; rm d; ln -s / d; rm d; ln -s /proc/1/root{canary} d; done";
        slip.Ok("run", "-d", "--name", "racer", "-v", "shared:/shared", "busybox", "sh", "-c", racer);
        int started = 0;
        for (int i = 0; i < 60; i++)
        {
            Slip.Result result = slip.Run("run", "--rm", "-v", "shared:/shared", "-v", "inner:/shared/d/sub/deep", "busybox", "sh", "-c", $"cat {canary}/secret /shared/d/secret 2>/dev/null; echo ran");
            Assert.DoesNotContain("of the host", result.Output, StringComparison.Ordinal);
            Assert.Contains(result.ExitCode, (int[])[0, 125]);
            started += result.ExitCode == 0 ? 1 : 0;
        }
        Assert.NotEqual(0, started);
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(canary).Select(p => Path.GetFileName(p)));
        Assert.Equal(mountsBefore, File.ReadAllText("/proc/self/mountinfo"));
    }

    [Fact]
    public void RacerOnDev_OfAnotherContainersVolume_MasksAreTheNullDeviceAndTheConsoleATerminal()
    {
        using Slip slip = Slip.WithBusybox();
        const string Racer = "cd /shared; mkdir -p pts; mknod -m 666 real c 1 3; while :; do rm -f null console pts/0; ln -s /proc/sysrq-trigger null; ln -s /proc/sysrq-trigger console; ln -s /proc/sysrq-trigger pts/0; rm -f null console pts/0; sleep 0.02; rm -f null console pts/0; : > null; : > console; : > pts/0; rm -f null console; ln real null; sleep 0.02; done";
        slip.Ok("run", "-d", "--cap-add", "MKNOD", "--name", "racer", "-v", "shared:/shared", "busybox", "sh", "-c", Racer);
        int started = 0;
        for (int i = 0; i < 40; i++)
        {
            Slip.Result result = slip.Run("run", "--rm", "-t", "-v", "shared:/dev", "busybox", "sh", "-c",
                "stat -c '%F %t:%T' /proc/keys; cat /proc/keys /proc/timer_list | wc -c");
            Assert.Contains(result.ExitCode, (int[])[0, 125]);
            if (result.ExitCode == 125)
                continue;
            started++;
            Assert.StartsWith("character special file 1:3\r\n0\r\n", result.Output, StringComparison.Ordinal);
        }
        Assert.True(started > 0, "every start was refused: nothing was seen of the masks");
        Slip.Result plain = slip.Run("run", "--rm", "-t", "busybox", "sh", "-c", "stat -c '%F %t' /dev/console");
        Assert.Equal("character special file 88\r\n", plain.Output);
    }

    private static string Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) + File.GetLastWriteTimeUtc(path).Ticks;
    }
}

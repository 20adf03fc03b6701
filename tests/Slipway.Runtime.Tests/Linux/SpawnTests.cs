using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Xunit;

namespace Slipway.Runtime.Tests.Linux;

public sealed class SpawnTests
{
    [Fact]
    public void Start_ArgsEnvironmentAndDescriptors_AreExactlyThose()
    {
        // 3 is ls's own, on the directory that it lists.
        string output = Run(Spawn.Start, "/bin/sh", ["sh", "-c", "echo $0 $1; env -u PWD -u _ -u SHLVL -u OLDPWD; ls /proc/self/fd; readlink /proc/self/fd/0", "zero", "one"], ["A=b c"]);

        Assert.Equal("zero one\nA=b c\n0\n1\n2\n3\n/dev/null\n", output);
    }

    [Fact]
    public void Start_IgnoredSignals_AreDefaultAgain()
    {
        string output = Run(Spawn.Start, "/bin/grep", ["grep", "SigIgn", "/proc/self/status"], []);

        // 32 and 33 are the C library's own and none of a program's business.
        ulong ignored = Convert.ToUInt64(output.Split('\t')[1].Trim(), 16);
        Assert.Equal(0UL, ignored & 0x7fffffff);
    }

    [Fact]
    public void Start_NoSuchProgram_SaysSo()
    {
        LinuxException error = Assert.Throws<LinuxException>(() => Spawn.Start("/nonexistent", ["x"], [], [], newSession: false));

        Assert.Equal(Errno.ENOENT, error.Errno);
    }

    [Fact]
    public void ExecutableImage_OfAFile_RunsAndCannotBeWrittenTo()
    {
        using var directory = new TempDirectory();
        string path = directory.Path("program");
        File.Copy("/bin/echo", path);
        using SafeFd image = ExecutableImage.Open(path);

        Assert.Equal("hello\n", Run((_, args, env, fds, session) => Spawn.StartImage(image, args, env, fds, session), "", ["echo", "hello"], []));
        LinuxException error = Assert.Throws<LinuxException>(() => FileDescriptor.Open(image.ProcPath, OpenFlags.WriteOnly).Dispose());
        Assert.Contains(error.Errno, new[] { Errno.EROFS, Errno.EPERM });
    }

    private delegate int Start(string path, IReadOnlyList<string> args, IReadOnlyList<string> environment, IReadOnlyList<SafeFd> fds, bool newSession);

    private static string Run(Start start, string path, IReadOnlyList<string> args, IReadOnlyList<string> environment)
    {
        (SafeFd read, SafeFd write) = FdIo.Pipe();
        using (read)
        {
            int pid;
            using (write)
            using (SafeFd nothing = FdIo.OpenNull())
                pid = start(path, args, environment, [nothing, write, write], newSession: true);
            using SafeFd process = PidFd.TryOpen(pid)!;
            var output = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (FdIo.Read(read, buffer) is int count and > 0)
                output.Append(Encoding.UTF8.GetString(buffer, 0, count));
            Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
            Assert.NotNull(PidFd.TryReap(process));
            return output.ToString();
        }
    }
}

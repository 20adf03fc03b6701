using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Process;
using Slipway.Runtime.Specs;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

/// <summary>What a process in a test container said and how it ended.</summary>
internal sealed record RunResult(int ExitCode, string Output);

/// <summary>A root file system of one static busybox, as the single layer of an overlay, in a temporary directory.</summary>
internal sealed class TestRoot : IDisposable
{
    private const string Busybox = "/bin/busybox";
    private static int s_next;

    private TestRoot(string directory) => Path = directory;

    public string Path { get; }

    public string Layer => Path + "/layer";

    public string Upper => Path + "/upper";

    public string Id { get; } = $"test{Environment.ProcessId}-{Interlocked.Increment(ref s_next)}";

    /// <summary>Skips the test where it can't be run.</summary>
    public static TestRoot Create()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("needs root");
        if (!File.Exists(Busybox))
            Assert.Skip("needs busybox-static in /bin/busybox");
        var root = new TestRoot(Directory.CreateTempSubdirectory("slipway-runtime-").FullName);
        foreach (string directory in (string[])["layer/bin", "layer/etc", "layer/proc", "layer/sys", "layer/dev", "layer/tmp", "upper", "work", "bundle"])
            Directory.CreateDirectory($"{root.Path}/{directory}");
        File.Copy(Busybox, root.Layer + "/bin/busybox");
        foreach (string name in (string[])["sh", "cat", "ls", "id", "true", "readlink", "grep", "sleep", "stat", "hostname", "echo", "mkdir", "touch", "test", "wc", "kill", "ps", "tty", "ip", "sysctl", "mount", "head"])
            File.CreateSymbolicLink($"{root.Layer}/bin/{name}", "busybox");
        return root;
    }

    public RuntimeSpec Spec(params string[] args) => new()
    {
        OciVersion = "1.2.0",
        Hostname = "box",
        Process = ProcessOf(args),
        Mounts = DefaultSpec.Mounts(ownNetwork: true),
        Linux = new LinuxSpec
        {
            Namespaces = DefaultSpec.Namespaces(ownNetwork: true),
            CgroupsPath = $"/slipway-tests/{Id}",
            Resources = new ResourcesSpec { Pids = new PidsSpec { Limit = 100 } },
            MaskedPaths = DefaultSpec.MaskedPaths,
            ReadonlyPaths = DefaultSpec.ReadonlyPaths,
            Sysctl = DefaultSpec.Sysctls,
            Seccomp = DefaultSpec.Seccomp(DefaultSpec.Capabilities),
        },
    };

    public static ProcessSpec ProcessOf(params string[] args) => new()
    {
        Cwd = "/",
        Args = args,
        Env = ["PATH=/bin", "HOME=/root"],
        User = new UserSpec { Uid = 0, Gid = 0 },
        Capabilities = new CapabilitiesSpec
        {
            Bounding = DefaultSpec.Capabilities, Effective = DefaultSpec.Capabilities, Permitted = DefaultSpec.Capabilities,
        },
    };

    public StartOptions Options(StdioFds? stdio = null) => new()
    {
        ContainerId = Id,
        Bundle = Path + "/bundle",
        Overlay = new OverlayRoot([Layer], Upper, Path + "/work"),
        Stdio = stdio,
        SeccompCacheDir = Path + "/cache",
    };

    /// <summary>Runs to the end on this thread, and gives back what was written to the standard output and error.</summary>
    public RunResult Run(RuntimeSpec spec)
    {
        (SafeFd read, SafeFd write) = FdIo.Pipe();
        using SafeFd reader = read;
        StartedProcess started;
        using (write)
        using (SafeFd nothing = FdIo.OpenNull())
            started = ProcessStarter.Start(spec, Options(new StdioFds(nothing.Number, write.Number, write.Number)));
        using (started)
            return Finish(started, reader);
    }

    public RunResult Run(params string[] args) => Run(Spec(args));

    /// <summary>Reads to the end, reaps, and clears the cgroup away.</summary>
    public static RunResult Finish(StartedProcess started, SafeFd output)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        int count;
        while ((count = FdIo.Read(output, buffer)) > 0)
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        int code = Wait(started);
        started.Cgroup.Remove();
        return new RunResult(code, text.ToString());
    }

    public static int Wait(StartedProcess started)
    {
        while (true)
        {
            if (PidFd.TryReap(started.PidFd) is { } end)
                return end.ExitCode;
            Poller.Wait([new PollEntry(started.PidFd.Number, PollEvents.Readable)], Timeout.Infinite);
        }
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        // The last test takes the directory above the containers' with it; before that it is busy.
        foreach (string hierarchy in Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
            CgroupDirectory.TryRemove(hierarchy + "/slipway-tests");
    }
}

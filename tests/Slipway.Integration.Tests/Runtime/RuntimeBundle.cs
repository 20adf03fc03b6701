using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>A bundle of a static busybox, and the real <c>out/slip-runtime</c> with a root of its own. Disposing removes container and files.</summary>
internal sealed class RuntimeBundle : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private static readonly string s_executable = Path.Combine(Slip.Checkout, "out", "slip-runtime");
    private static int s_next;
    private readonly string _directory = Directory.CreateTempSubdirectory("slip-runtime-test-").FullName;

    private RuntimeBundle() => Id = $"test{Environment.ProcessId}-{Interlocked.Increment(ref s_next)}";

    public string Id { get; }

    public string Rootfs => Path.Combine(_directory, "rootfs");

    /// <summary>Where its processes are, below each hierarchy's mount, unless it was changed.</summary>
    public string CgroupPath => $"/slipway-tests/{Id}";

    /// <summary>The bundle, with config.json and <see cref="Rootfs"/>, and everything else of the test's.</summary>
    public string Folder => _directory;

    public string ConfigPath => Path.Combine(_directory, "config.json");

    /// <summary>What the runtime keeps of the container.</summary>
    public string Kept => Path.Combine(_directory, "root", Id);

    /// <summary>What is called.</summary>
    public string Executable { get; private set; } = s_executable;

    /// <summary>A container that runs a script, detached; skips the test where it can't run here.</summary>
    /// <param name="script">For busybox's sh, which has its other applets.</param>
    /// <param name="resources">linux.resources, as JSON.</param>
    public static RuntimeBundle Run(string script, string resources) =>
        Run(script, config => config["linux"]!["resources"] = JsonNode.Parse(resources));

    /// <summary>The same with other changes of its config.json.</summary>
    public static RuntimeBundle Run(string script, Action<JsonNode> change)
    {
        RuntimeBundle bundle = Prepare(script, change);
        try
        {
            // The container keeps the streams: they must not be the test's.
            bundle.Ok("run", "--detach", bundle.Id);
            return bundle;
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>A bundle whose container doesn't exist yet.</summary>
    public static RuntimeBundle Prepare(string script, Action<JsonNode> change)
    {
        Assert.SkipUnless(File.Exists(s_executable), "out/slip-runtime is not built: run ./build");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "containers need root");
        Assert.SkipUnless(File.Exists(BusyboxTar.Busybox), "busybox-static is not installed");
        var bundle = new RuntimeBundle();
        try
        {
            bundle.Make(script, change);
            return bundle;
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>Calls a copy of the executable from now on, for a container that tries to harm it.</summary>
    public void CallCopy()
    {
        string copy = Path.Combine(_directory, "slip-runtime");
        // Not by this process: a child that another test forks meanwhile would hold it open for writing, and it couldn't be executed.
        using Process copying = Process.Start("cp", [s_executable, copy]);
        copying.WaitForExit();
        Executable = copy;
    }

    public void Ok(params string[] args)
    {
        Slip.Result result = Call(args);
        Assert.True(result.ExitCode == 0, $"slip-runtime {string.Join(' ', args)}: exit {result.ExitCode}\n{result.Errors}");
    }

    /// <summary>Runs slip-runtime; its streams are files.</summary>
    public Slip.Result Call(params string[] args) => CallWithInput("", args);

    public Slip.Result CallWithInput(string input, params string[] args) => Call(input, [], args);

    /// <summary>Runs slip-runtime under another command.</summary>
    public Slip.Result CallUnder(string[] command, params string[] args) => Call("", command, args);

    private Slip.Result Call(string input, string[] command, string[] args)
    {
        string from = Path.Combine(_directory, "in"), to = Path.Combine(_directory, "out"), errors = Path.Combine(_directory, "errors");
        File.WriteAllText(from, input);
        using Process process = Start("exec \"$@\" < " + from + " > " + to + " 2> " + errors, command, args);
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill();
            Assert.Fail($"slip-runtime {string.Join(' ', args)}: not done after {s_timeout.TotalSeconds} s");
        }
        return new(process.ExitCode, File.ReadAllText(to), File.ReadAllText(errors));
    }

    /// <summary>Starts slip-runtime and leaves it running; its output is the caller's to read. Its input is a file, not what the tests' is: a device of the host's.</summary>
    public Process Start(params string[] args) => Start("exec \"$@\" < " + ConfigPath, [], args);

    public void Dispose()
    {
        Call("delete", "--force", Id);
        Directory.Delete(_directory, recursive: true);
    }

    private Process Start(string script, string[] command, string[] args)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, WorkingDirectory = _directory };
        foreach (string word in (string[])["-c", script, "sh", .. command, Executable, "--root", Path.Combine(_directory, "root"), .. args])
            start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    /// <summary>Changes config.json once more.</summary>
    public void Change(Action<JsonNode> change)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(ConfigPath))!;
        change(config);
        File.WriteAllText(ConfigPath, config.ToJsonString());
    }

    private void Make(string script, Action<JsonNode> change)
    {
        Directory.CreateDirectory(Path.Combine(Rootfs, "bin"));
        File.Copy(BusyboxTar.Busybox, Path.Combine(Rootfs, "bin", "busybox"));
        Ok("spec");
        Change(config =>
        {
            config["process"]!["terminal"] = false;
            config["process"]!["args"] = new JsonArray("/bin/busybox", "sh", "-c", script);
            config["linux"]!["cgroupsPath"] = CgroupPath;
            change(config);
        });
    }
}

using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Engines;

/// <summary>slip-runtime under the engines of others, in the versions that are installed: they call it as they would call runc.</summary>
public sealed class EngineTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public void Podman_WithThisRuntime_Works() => Runs("podman", ["podman", "conmon"],
        """
        run: hello
        exit: 7
        not found: 127
        input: piped
        exec: inside
        exec terminal: /dev/pts/0
        paused: paused
        stopped: exited 137
        left: 0

        """);

    [Fact]
    public void Docker_WithThisRuntime_Works() => Runs("docker", ["docker", "dockerd", "containerd"],
        """
        run: hello
        exit: 7
        not found: 127
        not executable: 126
        input: piped
        exec: inside
        exec terminal: /dev/pts/0
        paused: paused
        updated: 67108864
        stopped: exited 137
        privileged: mounted
        left: 0

        """);

    [Fact]
    public void Containerd_WithThisRuntime_Works() => Runs("containerd", ["containerd", "ctr", "containerd-shim-runc-v2"],
        """
        run: hello
        exit: 7
        exec: inside
        paused: 1
        left: 0

        """);

    private static void Runs(string script, string[] programs, string expected)
    {
        Needs.Containers();
        foreach (string program in programs)
            Needs.Program(program);
        using var store = new Slip();
        string path = Path.Combine(Slip.Checkout, "tests", "Slipway.Integration.Tests", "Engines", script + ".sh");
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in (string[])["-m", "-n", "--propagation", "private", "bash", path])
            start.ArgumentList.Add(arg);
        start.Environment["RUNTIME"] = Path.Combine(Slip.Checkout, "out", "slip-runtime");
        start.Environment["SCRATCH"] = store.Scratch;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{script} was not done after {s_timeout.TotalMinutes} minutes");
        }
        Assert.True(output.Result == expected, $"{output.Result}\n{errors.Result}");
    }
}

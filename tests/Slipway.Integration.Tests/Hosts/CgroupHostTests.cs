using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Hosts;

/// <summary>The same containers on hosts whose control groups this one hasn't got: in emulated machines (eng/vm/run), some twenty seconds each.</summary>
public sealed class CgroupHostTests
{
    private const int NotPossible = 77;
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("v1", "v1")]
    [InlineData("v2", "v2")]
    [InlineData("hybrid", "v1 and v2 (hybrid)")]
    public void MainPaths_OnEachArrangement_Work(string arrangement, string name)
    {
        Needs.Containers();
        Needs.Program("qemu-system-x86_64");
        bool v2 = arrangement == "v2";
        Assert.Equal(
            $"""
            arrangement: {name}
            plain: hello
            limits: 67108864 {(v2 ? "50000 100000" : "50000")} 20{" "}
            pids: 1
            oom: 137 true
            devices: cat: can't open '/kmsg': Operation not permitted;null works;
            exec: inside
            paused: paused
            after commit: running
            stopped: exited 3
            left: 0

            """,
            RunIn(arrangement));
    }

    private static string RunIn(string arrangement)
    {
        var start = new ProcessStartInfo(Path.Combine(Slip.Checkout, "eng", "vm", "run")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in (string[])[arrangement, "sh", Path.Combine("tests", "Slipway.Integration.Tests", "Hosts", "on-this-host.sh")])
            start.ArgumentList.Add(arg);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the machine did not end within {s_timeout.TotalMinutes} minutes");
        }
        Assert.SkipWhen(process.ExitCode == NotPossible, errors.Result.Trim());
        // The kernel's own lines begin with a time in brackets.
        return string.Concat(output.Result.Split('\n').Where(line => !line.StartsWith('[') && line.Length > 0).Select(line => line + "\n"));
    }
}

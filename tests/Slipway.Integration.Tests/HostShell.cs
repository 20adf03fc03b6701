using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Looks at what slip made with the host's own tools.</summary>
internal static class HostShell
{
    /// <summary>Runs a script; what it prints, without the last newline. Fails the test where it fails.</summary>
    public static string Run(string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, $"{script}: exit {shell.ExitCode}\n{errors.Result}");
        return output.TrimEnd('\n');
    }
}

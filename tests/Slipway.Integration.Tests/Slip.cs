using System.Diagnostics;
using System.Text;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>One store of a test's own and the real <c>out/slip</c> on it. Disposing removes every container and file.</summary>
public sealed class Slip : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly string _root = Directory.CreateTempSubdirectory("slip-test-").FullName;

    /// <summary>The checkout.</summary>
    public static string Checkout { get; } = FindCheckout();

    public string DataRoot => Path.Combine(_root, "data");

    public string RunRoot => Path.Combine(_root, "run");

    /// <summary>Docker's file of credentials, of this test.</summary>
    public string CredentialFile => Path.Combine(_root, "docker", "config.json");

    /// <summary>Slipway's configuration of registries, of this test.</summary>
    public string RegistryConfigFile => Path.Combine(_root, "config", "slipway", "config.json");

    /// <summary>A directory before all others of PATH.</summary>
    public string? ExtraPath { get; set; }

    /// <summary>A command that every slip runs under: into another network namespace.</summary>
    public string[] Under { get; init; } = [];

    /// <summary>A directory for the test's own files.</summary>
    public string Scratch => Directory.CreateDirectory(Path.Combine(_root, "scratch")).FullName;

    public static string Executable => Path.Combine(Checkout, "out", "slip");

    /// <summary>Runs slip; fails the test where it doesn't succeed. Returns standard output without its last line end.</summary>
    public string Ok(params string[] args)
    {
        Result result = Run(args);
        Assert.True(result.ExitCode == 0, $"slip {string.Join(' ', args)}: exit {result.ExitCode}\n{result.Output}\n{result.Errors}");
        return result.Output.TrimEnd('\n');
    }

    /// <summary>Runs slip and takes what comes.</summary>
    public Result Run(params string[] args) => RunWithInput(null, args);

    /// <summary>As <see cref="Run(string[])"/>, with bytes on standard input.</summary>
    public Result RunWithInput(byte[]? input, params string[] args) => Run(input, [], args);

    /// <summary>Runs slip under another command.</summary>
    public Result RunUnder(string[] command, params string[] args) => Run(null, command, args);

    private Result Run(byte[]? input, string[] command, string[] args)
    {
        using Process process = Start(command, args);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
            process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill();
            Assert.Fail($"slip {string.Join(' ', args)}: not done after {s_timeout.TotalSeconds} s\n{(errors.IsCompleted ? errors.Result : "")}");
        }
        return new(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>More variables for every run from now on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Starts slip and leaves it running.</summary>
    public Process Start(params string[] args) => Start([], args);

    private Process Start(string[] command, string[] args)
    {
        string[] words = [.. Under, .. command, Executable, .. args];
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Scratch,
        };
        start.Environment["SLIPWAY_DATA"] = DataRoot;
        start.Environment["SLIPWAY_RUN"] = RunRoot;
        // Nobody's credentials and registries but the test's.
        start.Environment["DOCKER_CONFIG"] = Path.Combine(_root, "docker");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_root, "config");
        if (ExtraPath is not null)
            start.Environment["PATH"] = $"{ExtraPath}:{System.Environment.GetEnvironmentVariable("PATH")}";
        foreach ((string name, string value) in Environment)
            start.Environment[name] = value;
        foreach (string word in words.Skip(1))
            start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    /// <summary>Writes a file below <see cref="Scratch"/>; returns its path.</summary>
    public string Write(string name, string content)
    {
        string path = Path.Combine(Scratch, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A store with an image <c>busybox</c>; skips the test where containers can't run here.</summary>
    public static Slip WithBusybox()
    {
        Needs.Containers();
        var slip = new Slip();
        slip.Ok("import", BusyboxTar.Path, "busybox");
        return slip;
    }

    /// <summary>Makes an image of busybox after a command of its shell; no build, so that no cache keeps its layers.</summary>
    public void Commit(string name, string command, string from = "busybox")
    {
        Ok("run", "--name", "to-commit", from, "sh", "-c", command);
        Ok("commit", "to-commit", name);
        Ok("rm", "--purge", "to-commit");
    }

    public void Dispose()
    {
        if (Directory.Exists(DataRoot) && System.Environment.IsPrivilegedProcess)
            RemoveContainers();
        // A monitor may still be at its last steps: it writes below this directory until it ends.
        for (long deadline = System.Environment.TickCount64 + 10_000; ; Task.Delay(20).Wait())
        {
            try
            {
                Directory.Delete(_root, recursive: true);
                return;
            }
            catch (IOException) when (System.Environment.TickCount64 < deadline)
            {
            }
        }
    }

    /// <summary>Removes every container with its anonymous volumes, whatever state it is in.</summary>
    public void RemoveContainers()
    {
        string[] ids = Run("ps", "-aq").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length > 0)
            Run(["rm", "-f", "-v", .. ids]);
        // What the host has of networks: bridges and rules.
        Run("network", "prune", "-f");
    }

    private static string FindCheckout()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Slipway.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Slipway.slnx is in no folder above the tests");
    }

    /// <summary>How a run ended.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors);
}

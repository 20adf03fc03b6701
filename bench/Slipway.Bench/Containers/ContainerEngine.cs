using System.Diagnostics;

namespace Slipway.Bench.Containers;

/// <summary>An engine with a store and networks of its own, which knows docker's words.</summary>
/// <param name="Name">For the tables.</param>
/// <param name="Program">With the flags that say where everything is.</param>
/// <param name="RunFlags">What run needs on this machine and others don't.</param>
/// <param name="Image">A busybox.</param>
/// <param name="Port">The first of ten ports of the host that are this engine's.</param>
internal sealed record ContainerEngine(string Name, IReadOnlyList<string> Program, IReadOnlyList<string> RunFlags, string Image, int Port)
{
    /// <summary>Ours first, then those that bench/run has prepared.</summary>
    public static List<ContainerEngine> All()
    {
        List<ContainerEngine> engines = [new("slip", [Environment.GetEnvironmentVariable("SLIP")!], [], "bench", 20_000)];
        if (Environment.GetEnvironmentVariable("PODMAN_ROOT") is { Length: > 0 } root && Command.Find("podman") is { } podman)
        {
            // Its own defaults, a million files and processes, are refused where the host has lower limits.
            engines.Add(new("podman", [podman, "--root", root + "/root", "--runroot", root + "/run", "--cgroup-manager", "cgroupfs"],
                ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"], "localhost/bench", 20_010));
        }
        if (Environment.GetEnvironmentVariable("NETWORK_DOCKER_HOST") is { Length: > 0 } host && Command.Find("docker") is { } docker)
            engines.Add(new("docker", [docker, "-H", host], [], "bench", 20_020));
        return engines;
    }

    public string[] Words(params IReadOnlyList<string> words) => [.. Program, .. words];

    /// <summary><c>run</c> with the flags and the command.</summary>
    public string[] Run(IReadOnlyList<string> flags, params IReadOnlyList<string> command) => [.. Program, "run", .. RunFlags, .. flags, Image, .. command];

    /// <summary>Does something that isn't measured; false where it failed.</summary>
    public bool Do(params IReadOnlyList<string> argv) => new Command(Name, argv).Time() is not null;

    /// <summary>What a command prints.</summary>
    public string Read(params IReadOnlyList<string> words)
    {
        using Process process = Process.Start(new ProcessStartInfo(Program[0], [.. Program.Skip(1), .. words]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}

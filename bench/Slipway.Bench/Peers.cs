namespace Slipway.Bench;

/// <summary>The engines that stand beside ours, those that are installed.</summary>
internal static class Peers
{
    private static readonly string[] s_runtimes = ["crun", "runc"];

    public static IEnumerable<Command> Versions()
    {
        foreach (string name in (string[])[.. s_runtimes, "podman", "docker"])
        {
            if (Command.Find(name) is { } path)
                yield return new(name, [path, "--version"]);
        }
    }

    /// <summary>The same busybox <c>true</c> without a network, as each of them runs it.</summary>
    public static IEnumerable<Command> Runs(string work, string rootfs)
    {
        foreach (string name in s_runtimes)
        {
            if (Command.Find(name) is { } path)
            {
                string bundle = Bundle.Make(Path.Combine(work, name), rootfs, "true");
                yield return new(name, [path, "--root", Path.Combine(work, name + "-state"), "run", "--bundle", bundle, "bench-" + name]);
            }
        }
        if (Environment.GetEnvironmentVariable("PODMAN_ROOT") is { Length: > 0 } podmanRoot && Command.Find("podman") is { } podman)
        {
            // Its own defaults, a million files and processes, are refused where the host has lower limits.
            yield return new("podman",
                [podman, "--root", podmanRoot + "/root", "--runroot", podmanRoot + "/run", "--cgroup-manager", "cgroupfs", "run", "--rm", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--network", "none", "localhost/bench", "true"]);
        }
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } && Command.Find("docker") is { } docker)
            yield return new("docker", [docker, "run", "--rm", "--network", "none", "bench", "true"]);
    }
}

using Slipway.Bench.Images;

namespace Slipway.Bench.Builds;

/// <summary>A directory in which each builder has a store with the base image in it, put there by bench/run.</summary>
internal sealed class BuildPlace(string directory, BuildContexts contexts)
{
    /// <summary>The base image, as all of them know it.</summary>
    public const string Base = "localhost/bench:base";

    private const string Built = "localhost/bench:built";

    private readonly ImagePlace _place = new(directory);

    /// <summary>Our command, with its store here.</summary>
    public string[] Slip(params string[] words) => _place.Slip(words);

    /// <summary>All that are there; the first is ours.</summary>
    public List<EngineWay> Builders()
    {
        List<EngineWay> builders = [Way("slip", Slip, ["builder", "prune", "-a", "-f"])];
        // Within the other system, by the way that it knows this directory by.
        if (Variable("TRIXIE_ROOT") is { } root && File.Exists(Path.Combine(directory, "buildkit/docker.sock")))
            builders.Add(Way("buildkit", words => [Command.Find("chroot")!, root, "env", "DOCKER_BUILDKIT=1", "docker", "-H", $"unix://{directory}/buildkit/docker.sock", .. words], ["builder", "prune", "-a", "-f"]));
        if (Command.Find("docker") is { } docker && File.Exists(Path.Combine(directory, "dockerd/docker.sock")))
            builders.Add(Way("classic", words => [Command.Find("env")!, "DOCKER_BUILDKIT=0", docker, "-H", $"unix://{directory}/dockerd/docker.sock", .. words], ["image", "prune", "-f"]));
        foreach (string name in (string[])["podman", "buildah"])
        {
            if (Command.Find(name) is { } path && Directory.Exists(Path.Combine(directory, name)))
                builders.Add(Way(name, words => Podman(path, words), name == "podman" ? ["image", "prune", "-f"] : ["rmi", "--prune"]));
        }
        return builders;
    }

    // Their own defaults, a million files and processes, are refused where the host has lower limits.
    private string[] Podman(string path, string[] words)
    {
        string name = Path.GetFileName(path);
        string[] place = [path, "--root", Path.Combine(directory, name), "--runroot", Path.Combine(directory, name + "-run")];
        return words[0] == "build"
            ? [.. place, .. name == "podman" ? (string[])["--cgroup-manager", "cgroupfs"] : [], "build", "--layers", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", .. words[1..]]
            : [.. place, .. words];
    }

    // Nothing of a round before is left when it begins: cold is cold.
    private EngineWay Way(string name, Func<string[], string[]> command, string[] prune)
    {
        string[] Build(string context, params string[] options) => command(["build", "-q", "--network", "none", "-t", Built, .. options, context]);
        EngineStep[] forget = [EngineStep.Quiet(command(["rmi", "-f", Built])), EngineStep.Quiet(command(prune)), EngineStep.Do(_place.Settle)];
        return new(name,
        [
            EngineStep.Timed("ten RUN, cold", Build(contexts.Ten, "--no-cache")),
            EngineStep.Quiet(Build(contexts.Ten)),
            EngineStep.Timed("ten RUN, cached", Build(contexts.Ten)),
            .. forget,
            EngineStep.Timed("COPY of 20,000 files, cold", Build(contexts.Many)),
            EngineStep.Do(_place.Settle),
            EngineStep.Timed("COPY, unchanged", Build(contexts.Many)),
            EngineStep.Do(contexts.Change),
            EngineStep.Timed("COPY, one file changed", Build(contexts.Many)),
            .. forget,
            EngineStep.Timed("four stages of sleep 1", Build(contexts.Sleeps, "--no-cache")),
            .. forget,
        ]);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

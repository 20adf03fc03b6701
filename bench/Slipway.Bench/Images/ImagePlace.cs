using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;

namespace Slipway.Bench.Images;

/// <summary>A directory in which each engine has a store, and the two registries: one that is pushed to, one that has the image.</summary>
internal sealed class ImagePlace(string directory)
{
    private const int PollMilliseconds = 5;

    /// <summary>The names that the image is pushed and pulled under.</summary>
    public static string Pushed => $"127.0.0.1:{Variable("REGISTRY_PORT")}/bench:big";

    public static string Pulled => $"127.0.0.1:{Variable("SOURCE_PORT")}/bench:big";

    public static string PulledTop => $"127.0.0.1:{Variable("SOURCE_PORT")}/bench:top";

    public static string Archive => Path.Combine(Variable("BENCH_IMAGE"), "big.tar");

    public static string TopArchive => Path.Combine(Variable("BENCH_IMAGE"), "top.tar");

    /// <summary>What is saved.</summary>
    public string Saved => Path.Combine(directory, "saved.tar");

    /// <summary>Our own store.</summary>
    public string Data => Path.Combine(directory, "slip");

    /// <summary>Our command, with its store here.</summary>
    public string[] Slip(params string[] words) => [Variable("SLIP"), "--data-root", Data, "--run-root", Path.Combine(directory, "slip-run"), .. words];

    /// <summary>All that are installed; the first is ours.</summary>
    public List<EngineWay> Engines()
    {
        List<EngineWay> engines = [new("slip", [.. Way(Slip, "bench:big"), EngineStep.Do(Settle)])];
        string socket = Path.Combine(directory, "dockerd/docker.sock");
        if (Command.Find("docker") is { } docker && File.Exists(socket))
            engines.Add(new("docker", [.. Way(words => [docker, "-H", "unix://" + socket, .. words], "bench:big"), EngineStep.Do(Settle)]));
        if (Command.Find("podman") is { } podman)
            engines.Add(new("podman", [.. Way(words => [podman, "--root", Path.Combine(directory, "podman"), "--runroot", Path.Combine(directory, "podman-run"), .. words], "localhost/bench:big", "--tls-verify=false"), EngineStep.Do(Settle)]));
        if (Command.Find("skopeo") is { } skopeo)
            engines.Add(new("skopeo", [.. Copies(skopeo), EngineStep.Do(Settle)]));
        return engines;
    }

    /// <summary>Waits until nothing is removed in the background any more, and what was written is on the disk.</summary>
    public void Settle()
    {
        string staging = Path.Combine(Data, "tmp");
        while (Directory.Exists(staging) && Directory.EnumerateDirectories(staging).Any())
            Wait(PollMilliseconds);
        using SafeFd here = FileDescriptor.Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory);
        here.FlushFileSystem();
    }

    // The same for all three: docker's words.
    private IEnumerable<EngineStep> Way(Func<string[], string[]> command, string name, params string[] plainHttp) =>
    [
        EngineStep.Timed("load", command(["load", "-q", "-i", Archive])),
        EngineStep.Timed("save", command(["save", "-o", Saved, name])),
        EngineStep.Do(() => File.Delete(Saved)),
        EngineStep.Quiet(command(["tag", name, Pushed])),
        EngineStep.Do(EmptyRegistry),
        EngineStep.Timed("push", command(["push", "-q", .. plainHttp, Pushed])),
        EngineStep.Timed("rmi", command(["rmi", name, Pushed])),
        EngineStep.Do(Settle),
        EngineStep.Timed("pull", command(["pull", "-q", .. plainHttp, Pulled])),
        EngineStep.Quiet(command(["rmi", Pulled])),
    ];

    // It moves blobs and unpacks nothing: what the transfer alone costs.
    private IEnumerable<EngineStep> Copies(string skopeo)
    {
        string layout = Path.Combine(directory, "skopeo");
        return
        [
            EngineStep.Timed("pull", skopeo, "copy", "-q", "--src-tls-verify=false", "docker://" + Pulled, $"oci:{layout}:big"),
            EngineStep.Do(EmptyRegistry),
            EngineStep.Timed("push", skopeo, "copy", "-q", "--dest-tls-verify=false", $"oci:{layout}:big", "docker://" + Pushed),
            EngineStep.Do(() => Directory.Delete(layout, recursive: true)),
        ];
    }

    private static void EmptyRegistry()
    {
        foreach (string path in Directory.EnumerateDirectories(Variable("REGISTRY_DATA")))
            Directory.Delete(path, recursive: true);
    }

    public static void Wait(int milliseconds) => Poller.Wait([], milliseconds);

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: start this with bench/run");
}

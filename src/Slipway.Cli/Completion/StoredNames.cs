using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Completion;

/// <summary>Names of what the store has.</summary>
internal static class StoredNames
{
    private static readonly string[] s_ofRunning = ["exec", "stop", "kill", "pause", "attach", "top", "stats", "port"];

    public static IEnumerable<Candidate> Containers(SlipwayEngine engine) => Containers(engine, "");

    /// <summary>Containers that a command can do something with.</summary>
    public static IEnumerable<Candidate> Containers(SlipwayEngine engine, string command) =>
        engine.Containers.List().Where(c => Fits(c, command)).Select(c => new Candidate(c.Name, $"{c.Request.Image}, {c.State}"));

    public static IEnumerable<Candidate> Images(SlipwayEngine engine) =>
        engine.Images.List().SelectMany(i => i.Names.Where(n => n.Tag is not null).Select(n => new Candidate(n.Familiar.EndsWith(":latest", StringComparison.Ordinal) ? n.Familiar[..^7] : n.Familiar, i.Id.Short)));

    public static IEnumerable<Candidate> Volumes(SlipwayEngine engine) => engine.Volumes.List().Select(v => new Candidate(v.Name, "volume"));

    public static IEnumerable<Candidate> Networks(SlipwayEngine engine) => engine.Networks.List().Select(n => new Candidate(n.Name, n.Driver));

    private static bool Fits(ContainerRecord container, string command) => command switch
    {
        "start" => !container.IsRunning,
        "unpause" => container.IsPaused,
        _ => container.IsRunning || !s_ofRunning.Contains(command),
    };
}

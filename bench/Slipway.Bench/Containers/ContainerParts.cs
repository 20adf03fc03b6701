namespace Slipway.Bench.Containers;

/// <summary>Containers as people use them: networks, exec, what has changed in them, and many at once.</summary>
internal static class ContainerParts
{
    private const int FewRounds = 5, Changed = 10_000;

    public static void Run(string work, int rounds, Report report)
    {
        List<ContainerEngine> engines = ContainerEngine.All();
        Compare("run --rm true on the default bridge", engines, rounds, e => e.Run(["--rm"], "true"), report);
        Compare("run --rm -p true", engines, rounds, e => e.Run(["--rm", "-p", $"{e.Port}:80"], "true"), report);
        Inside(engines, work, rounds, report);
        NetworkSpeed.Run(engines, FewRounds, report);
    }

    /// <summary>Many at once, and one that is loud.</summary>
    public static void RunCrowd(int rounds, Report report)
    {
        List<ContainerEngine> engines = ContainerEngine.All();
        ManyContainers.Run(engines, rounds, report);
        LogFlood.Run(engines[0], report);
    }

    /// <summary>One command of each engine in turn.</summary>
    public static void Compare(string title, IEnumerable<ContainerEngine> engines, int rounds, Func<ContainerEngine, string[]> argv, Report report) =>
        report.Table(title, Interleaved.Run([.. engines.Select(e => new Command(e.Name, argv(e)))], rounds), "slip");

    private static void Inside(List<ContainerEngine> engines, string work, int rounds, Report report)
    {
        List<ContainerEngine> able = [.. engines.Where(e => e.Do(e.Run(["-d", "--stop-signal", "KILL", "--name", "inside"], "sleep", "10000")))];
        Compare("exec true", able, rounds, e => e.Words("exec", "inside", "true"), report);
        string write = $"mkdir /data; i=0; while [ $i -lt {Changed} ]; do echo $i > /data/$i; i=$((i+1)); done";
        able = [.. able.Where(e => e.Do(e.Words("exec", "inside", "sh", "-c", write)))];
        Compare($"diff, {Changed} files changed", able, FewRounds, e => e.Words("diff", "inside"), report);
        Compare($"commit of {Changed} changed files", able, FewRounds, e => e.Words("commit", "inside", "committed"), report);
        Compare("cp of one small file out", able, rounds, e => e.Words("cp", "inside:/data/1", Path.Combine(work, "copied")), report);
        able.ForEach(e => e.Do(e.Words("rm", "-f", "inside")));
    }
}

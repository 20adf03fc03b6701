using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Engine.Doctoring;

/// <summary>
/// Looks through the writable layers of running containers again and again, for data that begins to gather there. It rests a hundred times as long as
/// it has worked, and two seconds at least: so it never takes more than a hundredth of a processor, however much there is to look through.
/// </summary>
internal sealed class DoctorWatch(EngineContext context, ContainerManager containers, Doctor doctor)
{
    /// <summary>The event that a finding makes, once a container and directory.</summary>
    public const string Action = "layer.durable-data";

    private const int RestPerWork = 100;
    private static readonly TimeSpan s_leastRest = TimeSpan.FromSeconds(2);

    private readonly HashSet<(string Id, string What)> _said = [];

    /// <summary>What is found, as it is found. Ends when <paramref name="cancel"/> says so, or when no container of those that were named runs any more.</summary>
    /// <param name="names">The containers; none: all that run, also those that start later.</param>
    /// <param name="cancel">Ends it.</param>
    public IEnumerable<Diagnosis> Run(IReadOnlyList<string> names, CancellationToken cancel)
    {
        string[] ids = [.. names.Select(n => containers.Get(n).Id)];
        while (!cancel.IsCancellationRequested)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            List<ContainerRecord> running = [.. containers.List().Where(c => c.IsRunning && (ids.Length == 0 || ids.Contains(c.Id)))];
            if (running.Count == 0 && ids.Length > 0)
                yield break;
            foreach (ContainerRecord container in running)
            {
                if (News(container, cancel) is { Count: > 0 } news)
                    yield return new(container.Name, news);
            }
            TimeSpan rest = (Environment.CpuUsage.TotalTime - before) * RestPerWork;
            cancel.WaitHandle.WaitOne(rest > s_leastRest ? rest : s_leastRest);
        }
    }

    private List<DoctorFinding> News(ContainerRecord container, CancellationToken cancel)
    {
        try
        {
            List<DoctorFinding> news = [.. doctor.DurableOf(container, cancel).Where(f => _said.Add((container.Id, f.Fix)))];
            foreach (DoctorFinding finding in news)
                Tell(container, finding);
            return news;
        }
        catch (Exception e) when (e is IOException or SlipwayException { Kind: ErrorKind.NotFound })
        {
            return []; // it went meanwhile
        }
    }

    // Whoever watched before has told it already.
    private void Tell(ContainerRecord container, DoctorFinding finding)
    {
        bool told = context.Events.Table.From(container.Created).Any(e => e.Actor == container.Id && e.Action == Action && e.Attributes.GetValueOrDefault("fix") == finding.Fix);
        if (!told)
            context.Events.Container(container, Action, null, ("what", finding.What), ("fix", finding.Fix));
    }
}

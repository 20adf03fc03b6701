using Slipway.Engine.Containers;
using Slipway.Engine.Images.Compaction;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Engine.Pruning;

/// <summary>
/// Removes what nobody uses: planned first and carried out later, or at once as docker's prunes do. Both ask the same sources, kind by kind, so
/// that what a container kept is unused when the container goes.
/// </summary>
public sealed class PruneManager
{
    private static readonly TimeSpan s_planLasts = TimeSpan.FromDays(1);
    private readonly EngineContext _context;
    private readonly PlanTable _plans;
    private readonly IReadOnlyList<IPruneSource> _sources;

    internal PruneManager(EngineContext context, ContainerManager containers, NetworkManager networks, ImageCompactor compactor)
    {
        _context = context;
        _plans = new(context.Store.Database);
        // By the order of their kinds.
        _sources = [new ContainerSource(context, containers), new NetworkSource(networks, containers), new VolumeSource(context), new ImageSource(context), new BuildCacheSource(context), new PackedCopySource(compactor), new DownloadSource(context), new TrashSource(context)];
    }

    /// <summary>What would go, each with its reason, what it frees and when it was last used. Nothing is removed. The plan is kept for a day.</summary>
    /// <param name="request">What may go.</param>
    /// <param name="cancel">Stops it.</param>
    public PrunePlan Plan(PruneRequest request, CancellationToken cancel)
    {
        DateTimeOffset now = _context.Now;
        List<PruneCandidate> candidates = [];
        var scope = new PruneScope(request, now, cancel);
        foreach (IPruneSource source in SourcesOf(request.Kinds))
        {
            IReadOnlyList<PruneCandidate> found = source.Find(scope);
            candidates.AddRange(found);
            scope = source.Kind switch
            {
                PruneKind.Container => scope with { GoneContainers = found.Select(c => c.Id).ToHashSet() },
                PruneKind.Image => scope with { GoneImages = found.Select(c => c.Id).ToHashSet() },
                _ => scope,
            };
        }
        var plan = new PrunePlan(RandomBytes.Hex256()[..6], now, now + s_planLasts, candidates) { Purge = request.Purge };
        if (candidates.Count > 0)
            _plans.Insert(plan);
        return plan;
    }

    /// <summary>Removes what a plan shows and may still go: what came into use since, even for a moment, stays. The plan is done with then.</summary>
    /// <param name="planId">Which.</param>
    /// <param name="cancel">Stops it between two things; the plan is good for another time then.</param>
    /// <exception cref="SlipwayException">NotFound: there is no such plan.</exception>
    public PruneReport Apply(string planId, CancellationToken cancel)
    {
        PrunePlan plan = _plans.Find(planId, _context.Now)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"no such plan: {Printable.Escape(planId)}") { Hint = "a plan is good for a day and for one time: 'slip prune' makes another" };
        List<PruneOutcome> outcomes = [];
        foreach (IGrouping<PruneKind, PruneCandidate> planned in plan.Candidates.GroupBy(c => c.Kind))
            outcomes.AddRange(Apply(_sources.Single(s => s.Kind == planned.Key), [.. planned], plan, cancel));
        _plans.Delete(plan.Id);
        Tell(plan.Candidates.Select(c => c.Kind).Distinct(), outcomes);
        return new(outcomes);
    }

    /// <summary>Removes at once.</summary>
    public PruneReport Prune(PruneRequest request, CancellationToken cancel)
    {
        var scope = new PruneScope(request, _context.Now, cancel);
        List<PruneOutcome> outcomes = [.. SourcesOf(request.Kinds).SelectMany(source => source.Remove(source.Find(scope), scope))];
        Tell(request.Kinds, outcomes);
        return new(outcomes);
    }

    // As events, by docker's names of the kinds; those that docker has not go without. Of networks their manager tells.
    private void Tell(IEnumerable<PruneKind> kinds, IReadOnlyList<PruneOutcome> outcomes)
    {
        foreach (PruneKind kind in kinds)
        {
            string? type = kind switch
            {
                PruneKind.Container => "container",
                PruneKind.Volume => "volume",
                PruneKind.Image => "image",
                PruneKind.BuildCache => "builder",
                _ => null,
            };
            if (type is not null)
                _context.Events.Pruned(type, outcomes.Where(o => o.Candidate.Kind == kind && o.Skipped is null).Sum(o => o.Candidate.Bytes));
        }
    }

    // Everything that a plan may name: what is left of that is for the filters of the plan to have said.
    private List<PruneOutcome> Apply(IPruneSource source, IReadOnlyList<PruneCandidate> planned, PrunePlan plan, CancellationToken cancel)
    {
        var request = new PruneRequest { Kinds = [source.Kind], NamedImages = true, NamedVolumes = true, AllCache = true, Purge = plan.Purge };
        PruneScope scope = new(request, plan.Created, cancel) { Only = planned.Select(c => c.Id).ToHashSet() };
        Dictionary<string, PruneCandidate> eligible = source.Find(scope).ToDictionary(c => c.Id);
        Dictionary<string, PruneOutcome> left = planned.Where(c => !eligible.ContainsKey(c.Id)).ToDictionary(c => c.Id, c => new PruneOutcome(c, source.WhyNot(c.Id)));
        foreach (PruneCandidate used in eligible.Values.Where(c => c.LastUse > plan.Created).ToList())
        {
            left.Add(used.Id, new(used, "it was used since the plan was made"));
            eligible.Remove(used.Id);
        }
        Dictionary<string, PruneOutcome> done = source.Remove([.. planned.Where(c => eligible.ContainsKey(c.Id)).Select(c => eligible[c.Id])], scope).ToDictionary(o => o.Candidate.Id);
        return [.. planned.Select(c => left.GetValueOrDefault(c.Id) ?? done[c.Id])];
    }

    private IEnumerable<IPruneSource> SourcesOf(IReadOnlyList<PruneKind> kinds) => _sources.Where(s => kinds.Contains(s.Kind));
}

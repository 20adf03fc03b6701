using System.Collections.Concurrent;

namespace Slipway.Engine.Builds;

/// <summary>
/// The networks of one build: as many as steps that need one run at once, since making one costs more than a small step. A step that ended has left
/// nothing in one but what its connections were.
/// </summary>
internal sealed class StepNetworks(EngineContext context) : IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<StepNetwork>> _idle = new(StringComparer.Ordinal);
    private readonly Lazy<bool> _isTidy = new(() => Forget(context));

    /// <summary>One that no other step has.</summary>
    /// <param name="name">The network: <c>default</c>, a user-defined one's name or id, or <c>container:NAME</c>.</param>
    /// <exception cref="Slipway.Oci.SlipwayException">It can't be made; NotFound: there is no such network.</exception>
    public StepNetwork Take(string name)
    {
        if (_idle.TryGetValue(name, out ConcurrentBag<StepNetwork>? bag) && bag.TryTake(out StepNetwork? idle))
            return idle;
        _ = _isTidy.Value;
        return StepNetwork.Make(context, name);
    }

    /// <summary>Takes one back, from a step nothing of which runs any more.</summary>
    /// <param name="network">Which.</param>
    /// <param name="isUnchanged">Whether the step had no right to change its routes and rules: else nobody gets it again.</param>
    public void Return(StepNetwork network, bool isUnchanged)
    {
        if (isUnchanged)
            _idle.GetOrAdd(network.Name, _ => []).Add(network);
        else
            network.Dispose();
    }

    public void Dispose()
    {
        foreach (ConcurrentBag<StepNetwork> bag in _idle.Values)
        {
            while (bag.TryTake(out StepNetwork? idle))
                idle.Dispose();
        }
    }

    private static bool Forget(EngineContext context)
    {
        StepNetwork.ForgetDead(context);
        return true;
    }
}

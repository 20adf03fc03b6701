using Slipway.Linux;
using Slipway.Runtime.Bundles;

namespace Slipway.Engine.Containers;

/// <summary>Collects what a container's monitor is to be given open.</summary>
/// <param name="first">How many come before these.</param>
internal sealed class GivenDescriptors(int first) : IDisposable
{
    private readonly List<SafeFd> _all = [];

    /// <summary>Nothing is started: what is collected leads nowhere, and what comes in its place need only be there.</summary>
    public bool IsForPlan { get; init; }

    /// <summary>In their order.</summary>
    public IReadOnlyList<SafeFd> All => _all;

    /// <summary>Takes one; returns how the configuration names it.</summary>
    public string Add(SafeFd descriptor)
    {
        _all.Add(descriptor);
        return GivenDescriptor.PathOf(first + _all.Count - 1);
    }

    /// <summary>The monitor has its own by now.</summary>
    public void Dispose() => _all.ForEach(d => d.Dispose());
}

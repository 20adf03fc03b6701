using Slipway.Linux;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Cgroups;

/// <summary>A cgroup made for a start that has not happened yet: disposing takes away what was made, unless <see cref="Keep"/> was called.</summary>
internal sealed class CreatedCgroup(Cgroup cgroup, IReadOnlyList<SafeFd> joins, IReadOnlyList<CgroupView> views, SafeFd? bornIn, IReadOnlyList<string> made) : IDisposable
{
    private bool _kept;

    /// <summary>No cgroup at all.</summary>
    public static CreatedCgroup None => new(Cgroup.Open([]), [], [], null, []);

    public Cgroup Cgroup { get; } = cgroup;

    /// <summary>Open <c>tasks</c> files (v1) for the child, which has one thread, to write itself into.</summary>
    public IReadOnlyList<SafeFd> Joins { get; } = joins;

    public IReadOnlyList<CgroupView> Views { get; } = views;

    /// <summary>The v2 directory to be born in; null on v1.</summary>
    public SafeFd? BornIn { get; } = bornIn;

    public void Keep() => _kept = true;

    public void Dispose()
    {
        foreach (SafeFd join in Joins)
            join.Dispose();
        BornIn?.Dispose();
        if (!_kept)
            Cgroup.Remove(made);
    }
}

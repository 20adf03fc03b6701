using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Oci;

namespace Slipway.Build.Cache;

/// <summary>How a RUN that failed ran, for whoever goes there: its variables, limits and mounts. Nothing that was lent to it is in here.</summary>
/// <param name="Operation">What it was, without its mounts.</param>
/// <param name="Mounts">Those, in order.</param>
internal sealed record KeptRun(RunOperation Operation, IReadOnlyList<KeptMount> Mounts)
{
    /// <summary>The layers that it needs, by their chain ids.</summary>
    public IEnumerable<Digest> Layers => Sources.Select(source => source.Chain).OfType<Digest>();

    /// <summary>Those among them that are there for its sake alone.</summary>
    public IEnumerable<Digest> OwnLayers => Sources.Where(source => source.IsOwn).Select(source => source.Chain).OfType<Digest>().Distinct();

    private IEnumerable<MountSource> Sources => Mounts.SelectMany(mount => (MountSource?[])[mount.From, mount.Left]).OfType<MountSource>();

    /// <summary>The step with its mounts, all of them of layers, and what its inputs from the second on are.</summary>
    /// <param name="before">As they were before the step; else as it left them.</param>
    public (RunOperation Operation, IReadOnlyList<Digest?> Inputs) With(bool before)
    {
        var inputs = new List<Digest?>();
        List<MountOperation> mounts = [];
        foreach (KeptMount mount in Mounts)
        {
            if ((before ? mount.From : mount.Left ?? mount.From) is not { } source)
            {
                mounts.Add(new(mount.Mount, -1, mount.Context));
                continue;
            }
            inputs.Add(source.Chain);
            mounts.Add(new(mount.Mount with { Source = source.Path }, inputs.Count, null));
        }
        return (Operation with { Mounts = mounts }, inputs);
    }
}

/// <summary>A mount of it.</summary>
/// <param name="Mount">As the Dockerfile has it.</param>
/// <param name="From">What it showed, or began with; null where that is no files of layers.</param>
/// <param name="Left">What the step made of it; null where it couldn't write, and for what is not kept.</param>
/// <param name="Context">The context that a cache began with: a part of the cache's name.</param>
internal sealed record KeptMount(RunMount Mount, MountSource? From, MountSource? Left, string? Context);

/// <summary>A path in layers.</summary>
/// <param name="Chain">The layers; null for none.</param>
/// <param name="Path">From their root, resolved; empty for all.</param>
/// <param name="IsOwn">Whether the top layer was made to keep the failed step.</param>
internal sealed record MountSource(Digest? Chain, string Path, bool IsOwn);

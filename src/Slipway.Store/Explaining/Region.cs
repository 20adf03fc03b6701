using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining;

/// <summary>What makes that something can't be seen.</summary>
/// <param name="Layer">The layer that hides it.</param>
/// <param name="Removed">Whether it was taken away there, and not replaced by something of its name.</param>
internal readonly record struct Hider(int Layer, bool Removed);

/// <summary>One directory as far as it counts together: all layers' parts that are merged, seen or hidden as a whole.</summary>
/// <param name="Path">Without slashes at its ends.</param>
/// <param name="Layers">The layers that have a part, the top one first.</param>
/// <param name="Hider">What hides it; null where it can be seen.</param>
internal readonly record struct Region(byte[] Path, int[] Layers, Hider? Hider)
{
    /// <summary>Everything that has the name in this region, top first, each with what hides it.</summary>
    public static IEnumerable<(Generation Generation, Hider? Hider)> Of(LayeredDirectory directory, byte[] name, Hider? hider)
    {
        foreach (Generation generation in directory.Generations(name))
        {
            if (!generation.IsWhiteout)
                yield return (generation, hider);
            // A directory below which another lies hides it by being opaque: the name was removed, and made anew in one step.
            hider = new(generation.Lowest, generation.IsWhiteout || generation.IsDirectory);
        }
    }
}

namespace Slipway.Engine.Pruning;

/// <summary>What a prune can remove, in the order in which it does: what stands on something goes before it.</summary>
public enum PruneKind
{
    /// <summary>A container that doesn't run, with its writable layer.</summary>
    Container,

    /// <summary>A network that no container is in.</summary>
    Network,

    /// <summary>A volume that no container refers to, with what is in it.</summary>
    Volume,

    /// <summary>An image that no container stands on.</summary>
    Image,

    /// <summary>What a build made and no image has.</summary>
    BuildCache,

    /// <summary>A layer's blob, beside its tree, that can be made again of that, bit for bit. It takes a while to find out.</summary>
    PackedCopy,

    /// <summary>The beginning of a blob that a pull has left for the next one.</summary>
    Download,

    /// <summary>A container or volume that was removed and can be brought back until then.</summary>
    Trash,
}

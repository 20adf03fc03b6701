using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Store.Checking;

/// <summary>How a store is looked through.</summary>
public sealed record CheckOptions
{
    /// <summary>Mends what can be mended from what is whole or can be fetched; never makes anything up.</summary>
    public bool Repair { get; init; }

    /// <summary>The images to look at; null: all, and what belongs to none.</summary>
    public IReadOnlyList<Digest>? Images { get; init; }

    /// <summary>Fetches a blob into the store from where its image came from; false where it can't be had. Null: nothing is fetched.</summary>
    public Func<Images.ImageRecord, Descriptor, bool>? Fetch { get; init; }

    /// <summary>Whether a layer may not be replaced now because something that runs stands on it. Null: nothing runs.</summary>
    public Func<Digest, bool>? IsInUse { get; init; }

    /// <summary>Told what is being read: <c>layer 1b930d010525 of debian:latest</c>.</summary>
    public Action<string>? Progress { get; init; }
}

using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Archives;

namespace Slipway.Store.Layers;

/// <summary>An unpacked layer.</summary>
/// <param name="ChainId">Its name: the digest of the layer and of all below it (image-spec, config.md#layer-chainid).</param>
/// <param name="DiffId">Digest of the layer's plain tar.</param>
/// <param name="Parent">The chain id of the layer below; null for the lowest.</param>
/// <param name="Bytes">Disk blocks of its tree, in bytes; hard links once.</param>
/// <param name="Files">Files of its tree, directories included.</param>
public sealed record LayerInfo(Digest ChainId, Digest DiffId, Digest? Parent, long Bytes, long Files);

/// <summary>A layer that was just made of a writable directory.</summary>
/// <param name="Layer">The layer in the store.</param>
/// <param name="Blob">Its gzip blob.</param>
/// <param name="Members">What the blob consists of, for <see cref="LayerCommitOptions.Earlier"/>, where <see cref="LayerCommitOptions.Remember"/> was set.</param>
public sealed record CommittedLayer(LayerInfo Layer, Descriptor Blob, PackedBlob Members);

/// <summary>How a writable directory becomes a layer.</summary>
public sealed record LayerCommitOptions
{
    /// <summary>Whether the directory is renamed away and becomes the layer, instead of being copied. It lies on the store's file system then.</summary>
    public bool Take { get; init; }

    /// <summary>Whether nobody else can write into the directory meanwhile: no container has it.</summary>
    public bool IsStill { get; init; }

    /// <summary>Later times of files become this one; null leaves them.</summary>
    public DateTimeOffset? ClampTo { get; init; }

    /// <summary>Whether the members of the blob are told, for blobs to come.</summary>
    public bool Remember { get; init; }

    /// <summary>With <see cref="Remember"/>: a blob that is likely to be the same in parts: those are not packed again. It changes no byte of what comes out.</summary>
    public PackedBlob? Earlier { get; init; }
}

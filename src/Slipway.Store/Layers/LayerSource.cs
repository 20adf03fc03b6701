using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Store.Layers;

/// <summary>A layer to unpack.</summary>
/// <param name="Blob">Its packed form: gzip, zstd or plain.</param>
/// <param name="DiffId">The digest that its plain tar must have.</param>
/// <param name="Arrival">Ends when the blob is in the store; null: it is there. Not waited for where the layer is unpacked already.</param>
public sealed record LayerSource(Descriptor Blob, Digest DiffId, Task? Arrival = null);

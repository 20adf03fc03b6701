using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build.Cache;

/// <summary>A record of the cache: the layer, or null where the step made none.</summary>
internal sealed record CachedStep(BuiltLayer? Layer);

/// <summary>A layer of a build, unpacked under its chain id.</summary>
/// <param name="ChainId">Its name.</param>
/// <param name="DiffId">The digest of its plain tar.</param>
/// <param name="Blob">It as a blob; null where that is not known, and then the layer can be packed when an image needs it.</param>
internal sealed record BuiltLayer(Digest ChainId, Digest DiffId, Descriptor? Blob);

/// <summary>What is known of a step that was just made, besides its result.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Bytes">Disk blocks of its layer, in bytes.</param>
internal sealed record MadeStep(VertexPlace Place, TimeSpan Duration, long Bytes);

using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Images.Pulling;

/// <summary>What a pull brought.</summary>
/// <param name="Name">The name that points at it now.</param>
/// <param name="Image">The image.</param>
/// <param name="Digest">Under which the registry has it: the manifest's, or that of the index that led to it.</param>
/// <param name="Changed">Whether the name pointed elsewhere before, or nowhere.</param>
public sealed record PullResult(Reference Name, ImageRecord Image, Digest Digest, bool Changed);

using Slipway.Oci;

namespace Slipway.Store.Images.Archives;

/// <summary>An image that came out of an archive.</summary>
/// <param name="Image">The image as it is recorded now.</param>
/// <param name="Names">The names that the archive gave it; they point at it now. None: it came without one.</param>
public sealed record LoadedImage(ImageRecord Image, IReadOnlyList<Reference> Names)
{
    /// <summary>Those of its names that pointed at another image before.</summary>
    public IReadOnlyList<MovedName> Moved { get; init; } = [];
}

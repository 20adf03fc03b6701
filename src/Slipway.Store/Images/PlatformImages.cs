using Slipway.Oci;

namespace Slipway.Store.Images;

/// <summary>The images of several platforms as one.</summary>
/// <param name="Images">One a platform.</param>
/// <param name="Index">What leads to them: an index, byte for byte.</param>
public sealed record PlatformImages(IReadOnlyList<ImageRecord> Images, byte[] Index)
{
    /// <summary>The index's digest.</summary>
    public Digest Id { get; } = Digest.Of(Index);
}

namespace Slipway.Store.Archives;

/// <summary>
/// Which attributes belong to an image's content. Only these pass, in and out: <c>trusted.overlay.*</c> and <c>user.overlay.*</c> would
/// steer our own mounts, <c>security.*</c> but capabilities is the host's, the rest of <c>trusted.*</c> nobody's.
/// </summary>
public static class XattrPolicy
{
    internal static ReadOnlySpan<byte> Opaque => "trusted.overlay.opaque"u8;

    /// <summary>Whether an attribute of this key is an image's.</summary>
    public static bool IsContent(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("security.capability"u8) || (key.StartsWith("user."u8) && !key.StartsWith("user.overlay."u8));

    internal static bool IsOverlay(ReadOnlySpan<byte> key) => key.StartsWith("trusted.overlay."u8);
}

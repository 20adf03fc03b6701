namespace Slipway.Store.Archives;

/// <summary>
/// Which attributes belong to an image's content. Only these pass, in and out: <c>trusted.overlay.*</c> and <c>user.overlay.*</c> would
/// steer our own mounts, <c>security.*</c> but capabilities is the host's, the rest of <c>trusted.*</c> nobody's.
/// </summary>
internal static class XattrPolicy
{
    public static ReadOnlySpan<byte> Opaque => "trusted.overlay.opaque"u8;

    public static bool IsContent(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("security.capability"u8) || (key.StartsWith("user."u8) && !key.StartsWith("user.overlay."u8));

    public static bool IsOverlay(ReadOnlySpan<byte> key) => key.StartsWith("trusted.overlay."u8);
}

namespace Slipway.Runtime.Bundles;

/// <summary>An overlay to mount as the root: read-only directories, topmost first, and the container's own two.</summary>
public sealed record OverlayRoot(IReadOnlyList<string> LowersTopFirst, string Upper, string Work);

namespace Slipway.Runtime.Bundles;

/// <summary>An overlay to mount as the root.</summary>
/// <param name="LowersTopFirst">Read-only directories, topmost first.</param>
/// <param name="Upper">The container's own directory.</param>
/// <param name="Work">Another on the same file system, empty at the first mount.</param>
/// <param name="Volatile">
/// What the container writes need not survive the host: no fsync in it waits, and its end doesn't sync the whole file system that the upper
/// directory lies on, which every other overlay does. The kernel leaves a mark in the work directory that must go before the next mount.
/// </param>
public sealed record OverlayRoot(IReadOnlyList<string> LowersTopFirst, string Upper, string Work, bool Volatile = false);

namespace Slipway.Engine.Disk;

/// <summary>What a container occupies.</summary>
/// <param name="WritableBytes">Its own: the writable layer, in bytes of disk.</param>
/// <param name="ImageBytes">The image's layers, which it shares with every other container of that image.</param>
public sealed record ContainerSize(long WritableBytes, long ImageBytes);

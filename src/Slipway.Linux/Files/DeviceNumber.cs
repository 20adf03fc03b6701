namespace Slipway.Linux.Files;

/// <summary>A device's number (makedev(3)).</summary>
public readonly record struct DeviceNumber(uint Major, uint Minor)
{
    /// <summary>The number as mknod(2) takes it: twelve bits of major, twenty of minor.</summary>
    internal ulong Encoded =>
        ((ulong)(Minor & 0xff)) | ((ulong)(Major & 0xfff) << 8) | ((ulong)(Minor & ~0xffu) << 12) | ((ulong)(Major & ~0xfffu) << 32);
}

namespace Slipway.Linux.Mounts;

/// <summary>MOUNT_ATTR_ flags of fsmount(2) and mount_setattr(2).</summary>
[Flags]
public enum MountAttributes : uint
{
    None = 0,
    ReadOnly = 0x1,
    NoSetuid = 0x2,
    NoDevices = 0x4,
    NoExecute = 0x8,
    NoAccessTime = 0x10,
    NoSymlinkFollow = 0x200000,
}

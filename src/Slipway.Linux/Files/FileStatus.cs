namespace Slipway.Linux.Files;

/// <summary>What statx(2) tells of a file.</summary>
/// <param name="Type">The type.</param>
/// <param name="Mode">The twelve permission bits, setuid, setgid and sticky included; never the type.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Size">Bytes; of a symlink, the length of its target.</param>
/// <param name="Blocks">Disk blocks of 512 bytes.</param>
/// <param name="Inode">Number within the device.</param>
/// <param name="Links">Count of hard links.</param>
/// <param name="Device">The file system's device.</param>
/// <param name="SpecialDevice">What a device node stands for.</param>
/// <param name="Accessed">Last access.</param>
/// <param name="Modified">Last change of content.</param>
/// <param name="Changed">Last change of the inode.</param>
/// <param name="MountId">The mount that the file was reached through.</param>
public readonly record struct FileStatus(
    FileType Type, uint Mode, uint Uid, uint Gid, long Size, long Blocks, ulong Inode, uint Links,
    DeviceNumber Device, DeviceNumber SpecialDevice, FileTime Accessed, FileTime Modified, FileTime Changed, ulong MountId)
{
    public bool IsDirectory => Type == FileType.Directory;
    public bool IsRegular => Type == FileType.Regular;
    public bool IsSymlink => Type == FileType.Symlink;

    /// <summary>Whether both statuses are of one inode.</summary>
    public bool IsSameFileAs(in FileStatus other) => Inode == other.Inode && Device == other.Device;
}

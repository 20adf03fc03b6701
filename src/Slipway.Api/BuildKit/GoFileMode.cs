using Slipway.Linux.Files;

namespace Slipway.Api.BuildKit;

/// <summary>A file's type and mode as Go writes them (io/fs, FileMode), which is not as the kernel does.</summary>
internal static class GoFileMode
{
    private const uint Directory = 1u << 31, Symlink = 1u << 27, Device = 1u << 26, Fifo = 1u << 25, Socket = 1u << 24,
        Setuid = 1u << 23, Setgid = 1u << 22, CharacterDevice = 1u << 21, Sticky = 1u << 20, Permissions = 0b111_111_111;

    private static readonly (uint Go, uint Unix)[] s_special = [(Setuid, 0x800), (Setgid, 0x400), (Sticky, 0x200)];

    public static FileType TypeOf(uint mode) => (mode & (Directory | Symlink | Device | Fifo | Socket | CharacterDevice)) switch
    {
        0 => FileType.Regular,
        Directory => FileType.Directory,
        Symlink => FileType.Symlink,
        Fifo => FileType.Fifo,
        Socket => FileType.Socket,
        Device => FileType.BlockDevice,
        Device | CharacterDevice => FileType.CharacterDevice,
        _ => FileType.Unknown,
    };

    /// <summary>The twelve bits.</summary>
    public static uint ModeOf(uint mode) => (mode & Permissions) | s_special.Where(bit => (mode & bit.Go) != 0).Aggregate(0u, (bits, bit) => bits | bit.Unix);

    public static uint Of(FileStatus status) => (status.Mode & Permissions) | s_special.Where(bit => (status.Mode & bit.Unix) != 0).Aggregate(0u, (bits, bit) => bits | bit.Go) | status.Type switch
    {
        FileType.Directory => Directory,
        FileType.Symlink => Symlink,
        FileType.Fifo => Fifo,
        FileType.Socket => Socket,
        FileType.BlockDevice => Device,
        FileType.CharacterDevice => Device | CharacterDevice,
        _ => 0,
    };
}

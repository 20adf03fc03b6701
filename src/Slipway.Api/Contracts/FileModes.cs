using Slipway.Linux.Files;

namespace Slipway.Api.Contracts;

/// <summary>Modes as Go's os.FileMode has them, which docker's archive header carries.</summary>
internal static class FileModes
{
    private const uint Directory = 1u << 31, Symlink = 1u << 27, Device = 1u << 26, Fifo = 1u << 25, Socket = 1u << 24, SetUid = 1u << 23, SetGid = 1u << 22, CharDevice = 1u << 21, Sticky = 1u << 20;
    private const uint Permissions = 0x1ff, UnixSetUid = 0x800, UnixSetGid = 0x400, UnixSticky = 0x200;

    public static uint Of(FileStatus file) => (file.Mode & Permissions)
        | file.Type switch
        {
            FileType.Directory => Directory,
            FileType.Symlink => Symlink,
            FileType.BlockDevice => Device,
            FileType.CharacterDevice => Device | CharDevice,
            FileType.Fifo => Fifo,
            FileType.Socket => Socket,
            _ => 0,
        }
        | ((file.Mode & UnixSetUid) != 0 ? SetUid : 0) | ((file.Mode & UnixSetGid) != 0 ? SetGid : 0) | ((file.Mode & UnixSticky) != 0 ? Sticky : 0);
}

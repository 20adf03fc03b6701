using Slipway.Linux.Files;

namespace Slipway.Store.Archives;

/// <summary>What files mean to overlayfs (kernel documentation, filesystems/overlayfs.rst).</summary>
internal static class OverlayFiles
{
    /// <summary>Whether this hides the name in lower layers: a character device 0:0.</summary>
    public static bool IsWhiteout(this in FileStatus status) => status.Type == FileType.CharacterDevice && status.SpecialDevice == default;

    /// <summary>Whether a directory hides all that lower layers have in it.</summary>
    public static bool IsOpaque(this DirFd directory) => directory.Handle.FindXattr(XattrPolicy.Opaque) is [(byte)'y'];
}

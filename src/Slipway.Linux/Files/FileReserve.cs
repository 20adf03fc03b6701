using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>Room on the disk that a file has before it needs it (fallocate(2) beyond its end).</summary>
public static class FileReserve
{
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>
    /// Sees to it that a file has this many bytes of disk; its size stays. False where the file is not there, the disk is too full, or the
    /// file system can't do that.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="create">Makes it, for its owner alone, where it is missing.</param>
    public static bool TryEnsure(string path, long bytes, bool create = false)
    {
        const int BlockSize = 512;
        try
        {
            using SafeFd file = FileDescriptor.Open(path, OpenFlags.ReadWrite | (create ? OpenFlags.Create : 0), OwnerOnly);
            return file.Status().Blocks * BlockSize >= bytes || Fallocate(file.Number, FALLOC_FL_KEEP_SIZE, 0, bytes) != -1;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}

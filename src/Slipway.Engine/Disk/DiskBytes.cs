using Slipway.Linux.Files;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Disk;

/// <summary>What things take on the disk: blocks, each file once, as statfs(2) counts them.</summary>
internal static class DiskBytes
{
    private const int BlockSize = 512;

    /// <summary>A directory with everything in it; none is 0.</summary>
    public static long OfTree(string directory) => Directory.Exists(directory) ? TreeUsage.Measure(directory).Bytes : 0;

    /// <summary>A file; none is 0.</summary>
    public static long OfFile(string path)
    {
        using DirFd parent = DirFd.Open(Path.GetDirectoryName(path)!);
        return parent.TryStatus(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)), out FileStatus status) ? status.Blocks * BlockSize : 0;
    }
}

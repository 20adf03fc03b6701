using Slipway.Linux.Files;

namespace Slipway.Store.Snapshots;

/// <summary>Files that were counted, so that one with several names counts once. Any number of threads may use it.</summary>
public sealed class SeenFiles
{
    private readonly Lock _gate = new();
    private readonly HashSet<(DeviceNumber, ulong)> _files = [];

    /// <summary>Whether a file was not counted before.</summary>
    public bool TryAdd(in FileStatus file)
    {
        lock (_gate)
            return _files.Add((file.Device, file.Inode));
    }
}

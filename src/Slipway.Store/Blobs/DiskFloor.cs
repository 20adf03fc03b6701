using Slipway.Oci;

namespace Slipway.Store.Blobs;

/// <summary>A stranger's content must not take the last of the disk (invariant I9): asks the file system once per 64 MiB.</summary>
public sealed class DiskFloor(string place)
{
    private const long Step = 64L << 20;
    private long _unasked;

    /// <summary>Says that bytes are about to be written.</summary>
    /// <exception cref="SlipwayException">Exhausted: less than a twentieth of the disk, or 1 GiB, would stay free.</exception>
    public void Take(int bytes)
    {
        _unasked += bytes;
        if (_unasked < Step)
            return;
        _unasked = 0;
        (long free, long floor) = Ask(place);
        if (free < floor)
            throw new SlipwayException(ErrorKind.Exhausted, $"store a blob: the disk has {free >> 20} MiB left, and {floor >> 20} MiB of it are kept free");
    }

    /// <summary>What is free where something lies, and how much of that has to stay so, in bytes.</summary>
    public static (long Free, long Floor) Ask(string place)
    {
        var disk = new DriveInfo(place);
        return (disk.AvailableFreeSpace, Math.Min(disk.TotalSize / 20, 1L << 30));
    }
}

using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Archives;

/// <summary>Keeps a floor of free disk (invariant I9): asks the file system again after every 64 MiB.</summary>
internal sealed class FreeRoom(DirFd place, long keep)
{
    private const long Step = 64L << 20;
    private long _unasked = Step;

    public void Take(long bytes)
    {
        _unasked += bytes;
        if (_unasked < Step)
            return;
        _unasked = 0;
        FileSystemStatus status = place.Handle.FileSystem();
        long floor = keep > 0 ? keep : Math.Min(status.Bytes / 20, 1L << 30);
        if (status.FreeBytes < floor)
            throw new TarException($"unpack: the disk has {status.FreeBytes >> 20} MiB left, and {floor >> 20} MiB of it are kept free", ErrorKind.Exhausted);
    }
}

using Slipway.Linux;
using Slipway.Linux.Polling;

namespace Slipway.Runtime.Logs;

/// <summary>The file that a log is written to; when it is full it becomes an older one, and the oldest goes.</summary>
/// <param name="path">The log.</param>
/// <param name="maxBytes">How large a file becomes; 0 is without limit.</param>
/// <param name="maxFiles">How many files there are, the written one included.</param>
/// <param name="packs">The older ones are packed.</param>
internal sealed class LogSink(string path, long maxBytes = 0, int maxFiles = 1, bool packs = false) : IDisposable
{
    private readonly LogPacker? _packer = packs ? new() : null;
    private SafeFd _file = FdIo.OpenAppend(path);
    private long _size = maxBytes > 0 ? new FileInfo(path).Length : 0;

    /// <summary>Whether what comes next, after some bytes more, belongs into another file.</summary>
    public bool IsFull(int more) => maxBytes > 0 && _size + more >= maxBytes;

    /// <summary>Writes. A disk that is full loses it: the container must not stand still for its log.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            FdIo.WriteAll(_file, bytes);
            _size += bytes.Length;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EIO or Errno.EFBIG)
        {
        }
    }

    /// <summary>Begins another file. Where that fails the same one goes on.</summary>
    public void Rotate()
    {
        try
        {
            _packer?.Finish();
            if (maxFiles <= 1)
                File.Delete(path);
            // The oldest is covered by the one after it. From old to young: a kill in between leaves a gap in the names, never a file less.
            for (int age = maxFiles - 1; age >= 1; age--)
            {
                LogFiles.Move(age == 1 ? path : LogFiles.Older(path, age - 1), LogFiles.Older(path, age));
            }
            SafeFd next = FdIo.OpenAppend(path);
            _file.Dispose();
            _file = next;
            _packer?.Begin(LogFiles.Older(path, 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException)
        {
        }
        _size = 0;
    }

    public void Dispose()
    {
        _file.Dispose();
        _packer?.Dispose();
    }
}

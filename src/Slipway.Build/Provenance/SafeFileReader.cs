using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Build.Provenance;

/// <summary>A regular file below a directory, opened without leaving it, of a size that is known before anything is read.</summary>
internal sealed class SafeFileReader : IDisposable
{
    private readonly SafeFd _file;

    private SafeFileReader(SafeFd file, long length) => (_file, Length) = (file, length);

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Null where there is none, it is no regular file, or it is larger.</summary>
    public static SafeFileReader? TryOpen(DirFd directory, string path, long maxBytes)
    {
        SafeFd? file = directory.TryOpenPath(Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.NonBlocking, Resolve.Beneath);
        if (file is null)
            return null;
        FileStatus status = file.Status();
        if (status.IsRegular && status.Size <= maxBytes)
            return new(file, status.Size);
        file.Dispose();
        return null;
    }

    /// <summary>The whole file.</summary>
    public byte[] ReadAll()
    {
        var bytes = new byte[Length];
        return bytes[..ReadAt(0, bytes)];
    }

    /// <summary>Bytes from a place on, as many as there are.</summary>
    public int ReadAt(long offset, Span<byte> buffer)
    {
        int length = 0;
        for (int read; length < buffer.Length && (read = _file.ReadAt(buffer[length..], offset + length)) > 0;)
            length += read;
        return length;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}

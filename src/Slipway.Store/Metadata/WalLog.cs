using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Metadata;

/// <summary>SQLite's log as a file (fileformat2.html, "The Write-Ahead Log").</summary>
internal static class WalLog
{
    private const int HeaderSize = 32, FrameHeaderSize = 24;

    /// <summary>Whether so many pages at least stand in it. What it holds beyond its last start is of another salt.</summary>
    public static bool HasPages(string path, int count)
    {
        try
        {
            using SafeFd file = FileDescriptor.Open(path, OpenFlags.ReadOnly);
            Span<byte> header = stackalloc byte[HeaderSize], frame = stackalloc byte[FrameHeaderSize];
            if (file.ReadAt(header, 0) < HeaderSize)
                return false;
            long pageSize = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
            return file.ReadAt(frame, HeaderSize + ((count - 1) * (FrameHeaderSize + pageSize))) == FrameHeaderSize && frame[8..16].SequenceEqual(header[16..24]);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }
}

using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Runtime.Users;

/// <summary>
/// Lines of a file that an image brought: read beneath the root, a regular file only (a FIFO would wait for ever), at most 10 MiB, each
/// line at most 64 KiB (CVE-2026-47262: a group file of gigabytes).
/// </summary>
internal static class BoundedLines
{
    private const int MaxFile = 10 << 20;
    private const int MaxLine = 64 << 10;

    public static List<string> Read(DirFd root, ReadOnlySpan<byte> path)
    {
        using SafeFd? file = root.TryOpenPath(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal, Resolve.InRoot);
        if (file is null)
            return [];
        FileStatus status = file.Status();
        if (!status.IsRegular)
            throw Refuse(path, "not a regular file");
        if (status.Size > MaxFile)
            throw Refuse(path, $"{status.Size} bytes: more than 10 MiB");
        return Lines(file, path);
    }

    private static List<string> Lines(SafeFd file, ReadOnlySpan<byte> path)
    {
        List<string> lines = [];
        // Grows with what is really there: the size that was seen may be a lie by now.
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            content.Write(buffer, 0, count);
            if (content.Length > MaxFile)
                throw Refuse(path, "more than 10 MiB");
        }
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = bytes[range];
            if (line.Length > MaxLine)
                throw Refuse(path, "a line of more than 64 KiB");
            lines.Add(Encoding.Latin1.GetString(line.TrimEnd((byte)'\r')));
        }
        return lines;
    }

    private static SlipwayException Refuse(ReadOnlySpan<byte> path, string why) =>
        new(ErrorKind.InvalidArgument, $"read /{Encoding.UTF8.GetString(path)} of the image: {why}");
}

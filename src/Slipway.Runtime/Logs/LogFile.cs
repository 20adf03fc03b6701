using System.IO.Compression;
using Slipway.Linux.Files;

namespace Slipway.Runtime.Logs;

/// <summary>One file of a log as a reader has it open; a packed one is unpacked beside it, into a file without a name.</summary>
internal sealed class LogFile : IDisposable
{
    // Each record begins with what was printed and has its time in nanoseconds: no two files begin alike for so long.
    private const int HeadSize = 4096;

    private readonly bool _wasPacked;

    private LogFile(FileStream content, bool wasPacked) => (Content, _wasPacked) = (content, wasPacked);

    /// <summary>What is in it.</summary>
    public FileStream Content { get; }

    /// <summary>Opens a file by its name, packed or not; null where it has gone.</summary>
    /// <exception cref="IOException">There is no room to unpack it.</exception>
    public static LogFile? TryOpen(string path)
    {
        try
        {
            FileStream file = Open(path);
            return path.EndsWith(LogFiles.Packed, StringComparison.Ordinal) ? Unpack(file) : new LogFile(file, wasPacked: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Packed just now?
            return File.Exists(path + LogFiles.Packed) ? TryOpen(path + LogFiles.Packed) : null;
        }
    }

    /// <summary>Whether both are one file of the log, whatever has become of it since.</summary>
    public bool IsSameAs(LogFile other) =>
        FileDescriptor.StatusOf(Content).IsSameFileAs(FileDescriptor.StatusOf(other.Content)) || ((_wasPacked || other._wasPacked) && Head().SequenceEqual(other.Head()));

    public void Dispose() => Content.Dispose();

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static LogFile Unpack(FileStream packed)
    {
        using (packed)
        using (var unpacking = new GZipStream(packed, CompressionMode.Decompress))
        {
            string aside = Path.Combine(Path.GetDirectoryName(packed.Name)!, $".{Path.GetFileName(packed.Name)}.{Environment.ProcessId}");
            var content = new FileStream(aside, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            try
            {
                File.Delete(aside);
                unpacking.CopyTo(content);
                content.Position = 0;
                return new LogFile(content, wasPacked: true);
            }
            catch (InvalidDataException)
            {
                // Damaged from here on: what came before is a log too.
                content.Position = 0;
                return new LogFile(content, wasPacked: true);
            }
            catch
            {
                content.Dispose();
                throw;
            }
        }
    }

    private byte[] Head()
    {
        long position = Content.Position;
        Content.Position = 0;
        byte[] head = new byte[HeadSize];
        int count = Content.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false);
        Content.Position = position;
        return head[..count];
    }
}

using System.IO.Compression;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Logs;

/// <summary>
/// Packs the file of a log that is full, in a process of its own: the monitor goes on meanwhile, and stays small. Until the next is full that
/// is done, or is waited for.
/// </summary>
public sealed class LogPacker : IDisposable
{
    /// <summary>The executable's verb.</summary>
    public const string Verb = "pack-log";

    private SafeFd? _process;

    /// <summary>Does it, in the process that <see cref="Begin"/> has started.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string file)
    {
        FdIo.CloseFrom(3);
        string aside = file + LogFiles.BeingPacked;
        try
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using (var to = new FileStream(aside, FileMode.Create, FileAccess.Write))
            {
                using var packed = new GZipStream(to, CompressionLevel.Fastest);
                from.CopyTo(packed);
            }
            // The monitor that wanted it may have been killed, and the name be another file's by now.
            using (var now = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
            {
                if (!FileDescriptor.StatusOf(now).IsSameFileAs(FileDescriptor.StatusOf(from)))
                    throw new IOException("the log went on");
            }
            File.Move(aside, file + LogFiles.Packed, overwrite: true);
            File.Delete(file);
            return 0;
        }
        catch (IOException)
        {
            // It stays as it is: a disk that is full now may have room at the next.
            File.Delete(aside);
            return 1;
        }
    }

    /// <summary>Begins with a file to which nothing is written any more.</summary>
    public void Begin(string file)
    {
        Finish();
        using SafeFd self = SmallFile.Open("/proc/self/exe"), nothing = FdIo.OpenNull();
        _process = PidFd.TryOpen(Spawn.StartImage(self, ["slip-runtime", Verb, file], [], [nothing, nothing, nothing], newSession: false));
    }

    /// <summary>Waits until what was begun is done.</summary>
    public void Finish()
    {
        if (_process is null)
            return;
        Poller.Wait([new PollEntry(_process.Number, PollEvents.Readable)], Timeout.Infinite);
        PidFd.TryReap(_process);
        _process.Dispose();
        _process = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Finish();
}

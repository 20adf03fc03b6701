using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Linux.Files;

/// <summary>
/// Writes a file of the user's that appears under its name when it is whole, replacing what was there. Until then it has no name (O_TMPFILE):
/// a writer that is killed leaves nothing; where it replaces another, for the moment between two calls, at most the whole new one under a name of its
/// own (.slip-…). What is no file, as a device or a FIFO, is written to as it is.
/// </summary>
public static class WholeFile
{
    private const uint PublicMode = 0x1b6; // 0666

    /// <summary>Writes it.</summary>
    /// <param name="path">Where; links are followed.</param>
    /// <param name="write">Writes the content, once, forward.</param>
    /// <param name="mode">Its permissions, of which the umask is taken; they are not those of what was there.</param>
    /// <exception cref="IOException">It can't be made or written; what was there is as it was.</exception>
    public static void Write(string path, Action<Stream> write, uint mode = PublicMode)
    {
        // Before links are resolved by name: /dev/stdout leads to a pipe that has none.
        if (Path.Exists(path) && !IsRegular(path))
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            write(stream);
            return;
        }
        string target = Path.GetFullPath((Path.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path);
        using DirFd directory = DirFd.Open(Path.GetDirectoryName(target)!);
        using SafeFd file = directory.OpenPath(default, OpenFlags.WriteOnly | OpenFlags.TempFile, mode, Resolve.Beneath);
        using (var stream = new FileStream(new SafeFileHandle(file.Number, ownsHandle: false), FileAccess.Write, bufferSize: 0))
            write(stream);
        Name(directory, file, Encoding.UTF8.GetBytes(Path.GetFileName(target)));
    }

    private static void Name(DirFd directory, SafeFd file, byte[] name)
    {
        if (directory.TryLink(name, file))
            return;
        // link(2) replaces nothing, rename(2) does.
        byte[] aside = Encoding.ASCII.GetBytes($".slip-{Guid.NewGuid():N}");
        directory.TryLink(aside, file);
        directory.Rename(aside, directory, name);
    }

    private static bool IsRegular(string path)
    {
        using SafeFd file = FileDescriptor.Open(path, OpenFlags.Path);
        return file.Status().IsRegular;
    }
}

using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Linux.Processes;

/// <summary>
/// This program's own file, out of a container's reach (invariant I5, CVE-2019-5736). A program there whose interpreter is <c>/proc/self/exe</c>,
/// or who may trace, gets at the file that was executed, and can write it once nobody executes it any more.
/// </summary>
public static unsafe partial class OwnExecutable
{
    private const string Link = "/proc/self/exe", InMemory = "/memfd:";
    private const long ST_RDONLY = 1;
    private const int F_DUPFD_CLOEXEC = 1030, OutOfTheWay = 32;

    /// <summary>
    /// Executes this program again from an <see cref="ExecutableImage"/>, with the same words, environment and descriptors, unless it is such a one,
    /// or on a read-only mount, already. Call it before anything has been done.
    /// </summary>
    /// <exception cref="LinuxException">It can't be executed again.</exception>
    public static void Protect()
    {
        if (IsProtected())
            return;
        using SafeFd image = ExecutableImage.Open(Link);
        // A low number may be one that the process is to keep.
        using SafeFd moved = Check.Fd(fcntl(image.Number, F_DUPFD_CLOEXEC, OutOfTheWay), "fcntl F_DUPFD_CLOEXEC");
        string[] words = Environment.GetCommandLineArgs();
        byte** argv = (byte**)NativeMemory.AllocZeroed((nuint)(words.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < words.Length; i++)
        {
            int length = Encoding.UTF8.GetByteCount(words[i]);
            argv[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(words[i], new Span<byte>(argv[i], length));
        }
        Check.Result(execv(moved.ProcPath, argv), "execv", Link);
    }

    private static bool IsProtected()
    {
        // struct statfs of x86-64 is 120 bytes, with f_flags in the word at 80.
        long* buffer = stackalloc long[15];
        Check.Result(statfs(Link, buffer), "statfs", Link);
        return (buffer[10] & ST_RDONLY) != 0 || new FileInfo(Link).LinkTarget?.StartsWith(InMemory, StringComparison.Ordinal) == true;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, long* buffer);

    // With the environment as it was when this process began.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execv(string path, byte** argv);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, long argument);
}

using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Linux.Processes;

/// <summary>Starts a program exactly as told (posix_spawn(3)): argv, environment, descriptors, nothing inherited besides.</summary>
public static unsafe partial class Spawn
{
    private const short POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8, POSIX_SPAWN_SETSID = 0x80;

    // glibc's spawnattr and file_actions are 336 and 80 bytes on x86-64.
    private const int AttributesSize = 512, ActionsSize = 128, SignalSetSize = 128;

    // The copies' least number: beyond what is overwritten, but within the 64 that a process begins with. To let that table grow takes
    // milliseconds (an RCU grace period) where threads share it.
    private const int F_DUPFD_CLOEXEC = 1030, SafeNumber = 32;

    /// <summary>
    /// Starts <paramref name="path"/> with default signals and mask. Its descriptors 0, 1, … are <paramref name="fds"/>, in order, and it has no other.
    /// The caller reaps it, or lets init do so by ending first.
    /// </summary>
    /// <exception cref="LinuxException">The program can't be started: ENOENT, EACCES …</exception>
    public static int Start(string path, IReadOnlyList<string> args, IReadOnlyList<string> environment, IReadOnlyList<SafeFd> fds, bool newSession) =>
        Start(path, args, environment, fds, fds.Count, newSession);

    /// <summary>
    /// Starts the program that a descriptor holds (<see cref="ExecutableImage"/>). It finds that descriptor open at the number after the last of
    /// <paramref name="fds"/>, which had to be open to be executed, and closes it.
    /// </summary>
    /// <inheritdoc cref="Start(string, IReadOnlyList{string}, IReadOnlyList{string}, IReadOnlyList{SafeFd}, bool)"/>
    public static int StartImage(SafeFd image, IReadOnlyList<string> args, IReadOnlyList<string> environment, IReadOnlyList<SafeFd> fds, bool newSession) =>
        Start($"/proc/self/fd/{fds.Count}", args, environment, [.. fds, image], fds.Count + 1, newSession);

    private static int Start(
        string path, IReadOnlyList<string> args, IReadOnlyList<string> environment, IReadOnlyList<SafeFd> fds, int closeFrom, bool newSession)
    {
        byte* attributes = stackalloc byte[AttributesSize];
        byte* actions = stackalloc byte[ActionsSize];
        byte* signals = stackalloc byte[SignalSetSize];
        Succeed(posix_spawnattr_init(attributes));
        Succeed(posix_spawn_file_actions_init(actions));
        var copies = new List<SafeFd>();
        byte** argv = Strings(args), envp = Strings(environment);
        try
        {
            sigemptyset(signals);
            Succeed(posix_spawnattr_setsigmask(attributes, signals));
            sigfillset(signals);
            Succeed(posix_spawnattr_setsigdefault(attributes, signals));
            Succeed(posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (newSession ? POSIX_SPAWN_SETSID : 0))));
            for (int i = 0; i < fds.Count; i++)
            {
                SafeFd copy = Check.Fd(fcntl(fds[i].Number, F_DUPFD_CLOEXEC, Math.Max(fds.Count, SafeNumber)), "fcntl F_DUPFD_CLOEXEC");
                copies.Add(copy);
                Succeed(posix_spawn_file_actions_adddup2(actions, copy.Number, i));
            }
            Succeed(posix_spawn_file_actions_addclosefrom_np(actions, closeFrom));
            int pid;
            int error = posix_spawn(&pid, path, actions, attributes, argv, envp);
            return error == 0 ? pid : throw new LinuxException("execute", (Errno)error, path);
        }
        finally
        {
            Free(argv);
            Free(envp);
            copies.ForEach(copy => copy.Dispose());
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
        }
    }

    // These answer an error number, ENOMEM being the only one that correct arguments can meet.
    private static void Succeed(int error)
    {
        if (error != 0)
            throw new LinuxException("posix_spawn", (Errno)error);
    }

    private static byte** Strings(IReadOnlyList<string> texts)
    {
        byte** array = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Count; i++)
        {
            int length = Encoding.UTF8.GetByteCount(texts[i]);
            array[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(texts[i], new Span<byte>(array[i], length));
        }
        return array;
    }

    private static void Free(byte** array)
    {
        for (byte** text = array; *text != null; text++)
            NativeMemory.Free(*text);
        NativeMemory.Free(array);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(int* pid, string path, void* actions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    private static partial void posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static partial void posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(void* actions, int fd, int number);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addclosefrom_np(void* actions, int from);

    [LibraryImport("libc")]
    private static partial void sigemptyset(void* signals);

    [LibraryImport("libc")]
    private static partial void sigfillset(void* signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, long argument);
}

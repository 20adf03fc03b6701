using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>When each operation of a <see cref="ChildProgram"/> began: memory that the child writes and this process reads (mmap(2), MAP_SHARED).</summary>
public sealed unsafe partial class OperationTimes : IDisposable
{
    private const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, MAP_ANONYMOUS = 0x20, WordsEach = 2;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly int _count;

    /// <summary>Room for so many operations, none of which has begun.</summary>
    /// <exception cref="LinuxException">ENOSYS: this kernel shows no clock that a child could read.</exception>
    public OperationTimes(int count)
    {
        if (VdsoClock.Function == null)
            throw new LinuxException("find __vdso_clock_gettime", Errno.ENOSYS);
        _count = Math.Max(1, count);
        nint memory = mmap(0, Size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        Check.Result((long)memory, "mmap");
        Words = (long*)memory;
    }

    /// <summary>A timespec for each operation.</summary>
    internal long* Words { get; private set; }

    private nuint Size => (nuint)(_count * WordsEach * sizeof(long));

    /// <summary>Now on the same clock, in nanoseconds.</summary>
    public static long Now()
    {
        long* time = stackalloc long[WordsEach];
        VdsoClock.Function(VdsoClock.CLOCK_REALTIME, time);
        return time[0] * NanosecondsPerSecond + time[1];
    }

    /// <summary>When an operation began, in nanoseconds; null: it has not, or was left out.</summary>
    public long? Began(int operation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)operation, (uint)_count);
        ObjectDisposedException.ThrowIf(Words == null, this);
        long* time = Words + WordsEach * operation;
        return time[0] == 0 ? null : time[0] * NanosecondsPerSecond + time[1];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Words != null)
            Check.Result(munmap((nint)Words, Size), "munmap");
        Words = null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);
}

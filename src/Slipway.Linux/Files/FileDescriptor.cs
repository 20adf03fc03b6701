using System.Runtime.CompilerServices;
using System.Text;
using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>What is done to a file by its open descriptor. Owner, mode, time and attributes work on O_PATH descriptors too.</summary>
[SkipLocalsInit]
public static unsafe class FileDescriptor
{
    /// <summary>Opens a file of the host by a path that nobody hostile influences.</summary>
    public static SafeFd Open(string path, OpenFlags flags, uint mode = 0)
    {
        fixed (byte* p = CName.Path(Encoding.UTF8.GetBytes(path), stackalloc byte[CName.StackSize]))
            return Check.Fd(Openat(AT_FDCWD, p, flags, mode), "open", path);
    }

    /// <summary>The status of what is open.</summary>
    public static FileStatus Status(this SafeFd file)
    {
        byte empty = 0;
        return Statx(file.Number, &empty, AT_EMPTY_PATH, out FileStatus status) ? status : throw new LinuxException("stat", Check.LastErrno);
    }

    /// <summary>The status of a stream's file.</summary>
    public static FileStatus StatusOf(FileStream file)
    {
        byte empty = 0;
        int number = (int)file.SafeFileHandle.DangerousGetHandle();
        return Statx(number, &empty, AT_EMPTY_PATH, out FileStatus status) ? status : throw new LinuxException("stat", Check.LastErrno, file.Name);
    }

    /// <summary>Opens again what an O_PATH descriptor names, with other rights. The caller has looked at the type before.</summary>
    public static SafeFd Reopen(this SafeFd file, OpenFlags flags)
    {
        fixed (byte* p = file.CPath(stackalloc byte[CName.StackSize]))
            return Check.Fd(Openat(AT_FDCWD, p, flags | OpenFlags.NoControllingTerminal, 0), "open again");
    }

    /// <summary>Sets owner and group. Takes setuid and setgid off: set the mode afterwards.</summary>
    public static void SetOwner(this SafeFd file, uint uid, uint gid)
    {
        byte empty = 0;
        Check.Result(Fchownat(file.Number, &empty, uid, gid, AT_EMPTY_PATH), "change owner");
    }

    /// <summary>Sets the twelve mode bits.</summary>
    public static void SetMode(this SafeFd file, uint mode)
    {
        if (Fchmod(file.Number, mode) != -1)
            return;
        if (Check.LastErrno != Errno.EBADF)
            throw new LinuxException("change mode", Check.LastErrno);
        // O_PATH: only by its name in proc.
        fixed (byte* p = file.CPath(stackalloc byte[CName.StackSize]))
            Check.Result(Fchmodat(AT_FDCWD, p, mode, 0), "change mode");
    }

    /// <summary>Sets the times of last change and last access.</summary>
    public static void SetTime(this SafeFd file, FileTime modified)
    {
        Timespec* times = stackalloc Timespec[2];
        times[0] = times[1] = new() { tv_sec = modified.Seconds, tv_nsec = modified.Nanoseconds };
        // Not with a null path, which the kernel takes but the C library refuses.
        byte empty = 0;
        Check.Result(Utimensat(file.Number, &empty, times, AT_EMPTY_PATH), "set times");
    }

    /// <summary>Sets the length; what is added is a hole.</summary>
    public static void SetLength(this SafeFd file, long length) => Check.Result(Ftruncate(file.Number, length), "set length");

    /// <summary>Reads at the position; 0 at the end.</summary>
    public static int Read(this SafeFd file, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            nint length;
            do
                length = FileCalls.Read(file.Number, p, (nuint)buffer.Length);
            while (length == -1 && Check.LastErrno == Errno.EINTR);
            return (int)Check.Result(length, "read");
        }
    }

    /// <summary>Reads at an offset, and leaves the position; 0 at the end.</summary>
    public static int ReadAt(this SafeFd file, Span<byte> buffer, long offset)
    {
        fixed (byte* p = buffer)
        {
            nint length;
            do
                length = Pread(file.Number, p, (nuint)buffer.Length, offset);
            while (length == -1 && Check.LastErrno == Errno.EINTR);
            return (int)Check.Result(length, "read");
        }
    }

    /// <summary>Writes all of it at an offset.</summary>
    public static void WriteAt(this SafeFd file, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* p = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint length = Pwrite(file.Number, p + done, (nuint)(bytes.Length - done), offset + done);
                if (length == -1 && Check.LastErrno == Errno.EINTR)
                    continue;
                done += (int)Check.Result(length, "write");
            }
        }
    }

    /// <summary>Copies all of a file's content into an empty one: shares blocks where the file system can, else copies inside the kernel.</summary>
    public static void CopyTo(this SafeFd from, SafeFd to, CancellationToken cancellation)
    {
        if (Ficlone(to.Number, from.Number) != -1)
            return;
        const int Chunk = 16 << 20;
        long offset = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            long source = offset, target = offset;
            nint length = CopyFileRange(from.Number, &source, to.Number, &target, Chunk, 0);
            if (length == -1 && offset == 0 && Check.LastErrno is Errno.EXDEV or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOSYS)
            {
                CopyByHand(from, to, cancellation);
                return;
            }
            if (Check.Result(length, "copy file") == 0)
                return;
            offset += length;
        }
    }

    private static void CopyByHand(SafeFd from, SafeFd to, CancellationToken cancellation)
    {
        byte[] buffer = new byte[256 * 1024];
        long offset = 0;
        for (int length; (length = from.Read(buffer)) > 0; offset += length)
        {
            cancellation.ThrowIfCancellationRequested();
            to.WriteAt(buffer.AsSpan(0, length), offset);
        }
    }

    /// <summary>
    /// Has the kernel begin to write the file's content to the disk, and doesn't wait: a flush that comes later has less to do. A hint: what can't be
    /// written is the flush's to say.
    /// </summary>
    public static void BeginFlush(this SafeFd file) => _ = SyncFileRange(file.Number, 0, 0, SYNC_FILE_RANGE_WRITE);

    /// <inheritdoc cref="BeginFlush(SafeFd)"/>
    public static void BeginFlush(this FileStream file) => _ = SyncFileRange((int)file.SafeFileHandle.DangerousGetHandle(), 0, 0, SYNC_FILE_RANGE_WRITE);

    /// <summary>Makes this file (or directory's names) durable.</summary>
    public static void Flush(this SafeFd file) => Check.Result(Fsync(file.Number), "flush file");

    /// <summary>Makes the whole file system durable that this file is on.</summary>
    public static void FlushFileSystem(this SafeFd file) => Check.Result(Syncfs(file.Number), "flush file system");

    /// <summary>Size and free room of the file system that this file is on.</summary>
    public static FileSystemStatus FileSystem(this SafeFd file)
    {
        StatfsBuffer s;
        Check.Result(Fstatfs(file.Number, &s), "statfs");
        return new(s.f_type, (long)s.f_blocks * s.f_bsize, (long)s.f_bavail * s.f_bsize);
    }

    /// <summary>Hands the descriptor to a stream, which closes it. The handle given is invalid afterwards.</summary>
    public static FileStream ToStream(this SafeFd file, FileAccess access)
    {
        int number = file.Number;
        file.SetHandleAsInvalid();
        return new(new Microsoft.Win32.SafeHandles.SafeFileHandle(number, ownsHandle: true), access, bufferSize: 0);
    }

    /// <summary><c>/proc/self/fd/N</c> and NUL.</summary>
    internal static Span<byte> CPath(this SafeFd file, Span<byte> buffer)
    {
        "/proc/self/fd/"u8.CopyTo(buffer);
        System.Buffers.Text.Utf8Formatter.TryFormat(file.Number, buffer[14..], out int digits);
        buffer[14 + digits] = 0;
        return buffer;
    }
}

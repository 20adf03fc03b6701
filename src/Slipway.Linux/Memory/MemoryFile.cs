using System.Runtime.InteropServices;

namespace Slipway.Linux.Memory;

/// <summary>A file that is nowhere but in memory (memfd_create(2)): for what a library writes to a descriptor only.</summary>
public static unsafe partial class MemoryFile
{
    private const uint MFD_CLOEXEC = 1;

    /// <summary>Makes an empty one; the name is for /proc only.</summary>
    public static SafeFd Create(string name) => Check.Fd(memfd_create(name, MFD_CLOEXEC), "memfd_create", name);

    /// <summary>Everything that was written so far, wherever the position is now.</summary>
    public static byte[] ReadAll(SafeFd file)
    {
        var bytes = new byte[Processes.FileKind.Of(file).Size];
        fixed (byte* p = bytes)
            Check.Result(pread(file.Number, p, (nuint)bytes.Length, 0), "pread");
        return bytes;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, byte* buffer, nuint count, long offset);
}

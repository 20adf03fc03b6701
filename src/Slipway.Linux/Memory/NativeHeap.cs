using System.Runtime.InteropServices;

namespace Slipway.Linux.Memory;

/// <summary>The C library's heap.</summary>
public static partial class NativeHeap
{
    /// <summary>Gives free pages back to the kernel (malloc_trim(3)).</summary>
    public static void Trim() => _ = malloc_trim(0);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint keep);
}

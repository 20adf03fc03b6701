using System.Runtime.InteropServices;

namespace Slipway.Linux.Memory;

/// <summary>The C library's heap.</summary>
public static partial class NativeHeap
{
    private const int M_ARENA_MAX = -8;

    /// <summary>Gives free pages back to the kernel (malloc_trim(3)).</summary>
    public static void Trim() => _ = malloc_trim(0);

    /// <summary>
    /// How many heaps threads may have between them (mallopt(3), M_ARENA_MAX); else eight a processor, each of which keeps what it once took. Before
    /// there are threads.
    /// </summary>
    public static void ShareBetweenThreads(int heaps) => _ = mallopt(M_ARENA_MAX, heaps);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint keep);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}

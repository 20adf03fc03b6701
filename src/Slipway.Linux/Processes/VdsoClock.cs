using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>
/// The kernel's clock as a function in this process's own memory (vdso(7)): no system call, so that a filter of calls can't forbid it, and
/// nothing of the managed runtime, so that a cloned child may call it.
/// </summary>
internal static unsafe partial class VdsoClock
{
    /// <summary>
    /// Not the monotonic one: a time namespace shifts that, and the child may enter one in the middle (time_namespaces(7)).
    /// </summary>
    public const long CLOCK_REALTIME = 0;

    private const ulong AT_SYSINFO_EHDR = 33;
    private const uint PT_LOAD = 1, PT_DYNAMIC = 2;
    private const long DT_NULL = 0, DT_STRTAB = 5, DT_SYMTAB = 6;

    // elf(5), 64 bits: offsets in the file's header, and the sizes of what it points at.
    private const int ProgramHeadersOffset = 32, ProgramHeaderCountOffset = 56, ProgramHeaderSize = 56, SymbolSize = 24, SymbolValueOffset = 8;

    private static readonly nint s_address = Find("__vdso_clock_gettime"u8);

    /// <summary>clock_gettime(2): clock and address of a timespec in, 0 or -errno out. Null where the kernel shows none (<c>vdso=0</c>).</summary>
    public static delegate*<long, long*, long> Function => (delegate*<long, long*, long>)s_address;

    private static nint Find(ReadOnlySpan<byte> name)
    {
        byte* image = (byte*)getauxval(AT_SYSINFO_EHDR);
        if (image == null)
            return 0;
        byte* headers = image + *(long*)(image + ProgramHeadersOffset);
        int count = *(ushort*)(image + ProgramHeaderCountOffset);
        byte* load = null, dynamic = null;
        for (byte* header = headers; header < headers + count * ProgramHeaderSize; header += ProgramHeaderSize)
        {
            long fileOffset = *(long*)(header + 8), address = *(long*)(header + 16);
            if (*(uint*)header == PT_LOAD && load == null)
                load = image + fileOffset - address;
            else if (*(uint*)header == PT_DYNAMIC)
                dynamic = image + fileOffset;
        }
        return load == null || dynamic == null ? 0 : FindSymbol(load, (long*)dynamic, name);
    }

    // The linker puts the strings right behind the symbols: that is where those end.
    private static nint FindSymbol(byte* load, long* dynamic, ReadOnlySpan<byte> name)
    {
        byte* strings = null, symbols = null;
        for (; *dynamic != DT_NULL; dynamic += 2)
        {
            if (*dynamic == DT_STRTAB)
                strings = load + dynamic[1];
            else if (*dynamic == DT_SYMTAB)
                symbols = load + dynamic[1];
        }
        if (symbols == null || strings == null)
            return 0;
        for (byte* symbol = symbols; symbol + SymbolSize <= strings; symbol += SymbolSize)
        {
            if (MemoryMarshal.CreateReadOnlySpanFromNullTerminated(strings + *(uint*)symbol).SequenceEqual(name))
                return (nint)(load + *(long*)(symbol + SymbolValueOffset));
        }
        return 0;
    }

    [LibraryImport("libc")]
    private static partial ulong getauxval(ulong type);
}

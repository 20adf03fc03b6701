using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>
/// The bare <c>syscall</c> instruction as a function that managed code can call without the runtime's knowledge.
/// </summary>
/// <remarks>
/// A P/Invoke, even with SuppressGCTransition, polls for a pending garbage collection when it returns. A cloned child has only one of its
/// parent's threads: a collection that some other thread had begun at that moment would never end there, and the child would hang. Called by
/// a managed function pointer there is no poll; and the answer is the kernel's own (-errno), so that libc's thread-local errno isn't touched.
/// </remarks>
internal static unsafe partial class RawSyscall
{
    private const int PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20, PageSize = 4096;

    // System V's function arguments moved to where the kernel wants them (syscall(2), "Architecture calling conventions").
    private static ReadOnlySpan<byte> Code =>
    [
        0xf3, 0x0f, 0x1e, 0xfa,       // endbr64
        0x48, 0x89, 0xf8,             // mov rax, rdi
        0x48, 0x89, 0xf7,             // mov rdi, rsi
        0x48, 0x89, 0xd6,             // mov rsi, rdx
        0x48, 0x89, 0xca,             // mov rdx, rcx
        0x4d, 0x89, 0xc2,             // mov r10, r8
        0x4d, 0x89, 0xc8,             // mov r8, r9
        0x4c, 0x8b, 0x4c, 0x24, 0x08, // mov r9, [rsp+8]
        0x0f, 0x05,                   // syscall
        0xc3,                         // ret
    ];

    private static readonly nint s_address = Map();

    /// <summary>Number and six arguments in, the result or -errno out.</summary>
    public static delegate*<long, long, long, long, long, long, long, long> Function =>
        (delegate*<long, long, long, long, long, long, long, long>)s_address;

    private static nint Map()
    {
        nint page = mmap(0, PageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        Check.Result((long)page, "mmap");
        Code.CopyTo(new Span<byte>((void*)page, PageSize));
        Check.Result(mprotect(page, PageSize, PROT_READ | PROT_EXEC), "mprotect PROT_EXEC");
        return page;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mprotect(nint address, nuint length, int protection);
}

using System.Buffers.Binary;

namespace Slipway.Linux.Processes;

/// <summary>
/// The init of a container that asks for one, whatever its image holds: a program of two pages without a library, which is nowhere but in memory.
/// As <c>slip-init -p PID -- …</c> it hands every signal that it gets on to its child PID, reaps whatever ends, and ends with that child: with its
/// code, or 128 and the number of the signal that ended it. Once it is there it sends that child <c>SIGCONT</c>.
/// </summary>
/// <remarks>
/// It begins with all signals blocked, which are then kept for it although it is a first process without handlers (pid_namespaces(7)), and
/// takes them one by one.
/// </remarks>
public static class InitProgram
{
    /// <summary>What it is called in lists of processes.</summary>
    public const string Name = "slip-init";

    /// <summary>Its flag before the child's number, and what ends its flags: the command that follows is there for readers only.</summary>
    public const string ChildFlag = "-p", FlagsEnd = "--";

    private const int HeaderSize = 64, SegmentSize = 56;
    private const long Address = 0x400000, PageSize = 4096;
    private const ushort ET_EXEC = 2, EM_X86_64 = 62;
    private const uint EV_CURRENT = 1, PT_LOAD = 1, PF_X = 1, PF_R = 4;

    // System V's entry: at rsp the count of arguments, then their addresses (psABI x86-64, "Process Initialization").
    private static ReadOnlySpan<byte> Code =>
    [
        0x48, 0x8b, 0x74, 0x24, 0x18,             // mov rsi, [rsp+24]           argv[2]
        0x31, 0xdb,                               // xor ebx, ebx                the child's number
                                                  // digit:
        0x0f, 0xb6, 0x06,                         // movzx eax, byte [rsi]
        0x85, 0xc0,                               // test eax, eax
        0x74, 0x0c,                               // je named
        0x6b, 0xdb, 0x0a,                         // imul ebx, ebx, 10
        0x8d, 0x5c, 0x03, 0xd0,                   // lea ebx, [rbx+rax-'0']
        0x48, 0xff, 0xc6,                         // inc rsi
        0xeb, 0xed,                               // jmp digit
                                                  // named:                      one that is executed by a descriptor has its number as name
        0xbf, 0x0f, 0x00, 0x00, 0x00,             // mov edi, 15                 PR_SET_NAME
        0x48, 0x8b, 0x74, 0x24, 0x08,             // mov rsi, [rsp+8]            argv[0]
        0xb8, 0x9d, 0x00, 0x00, 0x00,             // mov eax, 157                prctl
        0x0f, 0x05,                               // syscall
        0x89, 0xdf,                               // mov edi, ebx                it waits until this is what the first process is
        0xbe, 0x12, 0x00, 0x00, 0x00,             // mov esi, 18                 SIGCONT
        0xb8, 0x3e, 0x00, 0x00, 0x00,             // mov eax, 62                 kill
        0x0f, 0x05,                               // syscall
        0x6a, 0xff,                               // push -1                     every signal
                                                  // wait:
        0x48, 0x89, 0xe7,                         // mov rdi, rsp
        0x31, 0xf6,                               // xor esi, esi
        0x31, 0xd2,                               // xor edx, edx                without an end
        0x41, 0xba, 0x08, 0x00, 0x00, 0x00,       // mov r10d, 8                 the size of the set
        0xb8, 0x80, 0x00, 0x00, 0x00,             // mov eax, 128                rt_sigtimedwait
        0x0f, 0x05,                               // syscall
        0x83, 0xf8, 0x11,                         // cmp eax, 17                 SIGCHLD
        0x74, 0x1a,                               // je reap
        0x85, 0xc0,                               // test eax, eax
        0x78, 0x0d,                               // js refused
        0x89, 0xc6,                               // mov esi, eax
        0x89, 0xdf,                               // mov edi, ebx
        0xb8, 0x3e, 0x00, 0x00, 0x00,             // mov eax, 62                 kill
        0x0f, 0x05,                               // syscall
        0xeb, 0xd6,                               // jmp wait
                                                  // refused:
        0x83, 0xf8, 0xfc,                         // cmp eax, -4                 EINTR: it was stopped and goes on
        0x74, 0xd1,                               // je wait
        0x31, 0xd2,                               // xor edx, edx                a filter forbids it: wait for an end instead
        0xeb, 0x05,                               // jmp collect
                                                  // reap:                       until nobody is left: one signal may stand for many
        0xba, 0x01, 0x00, 0x00, 0x00,             // mov edx, 1                  WNOHANG
                                                  // collect:
        0x48, 0x83, 0xcf, 0xff,                   // or rdi, -1                  any child
        0x48, 0x8d, 0x74, 0x24, 0xf8,             // lea rsi, [rsp-8]            its status
        0x45, 0x31, 0xd2,                         // xor r10d, r10d
        0xb8, 0x3d, 0x00, 0x00, 0x00,             // mov eax, 61                 wait4
        0x0f, 0x05,                               // syscall
        0x85, 0xc0,                               // test eax, eax
        0x7e, 0xb1,                               // jle wait
        0x39, 0xd8,                               // cmp eax, ebx
        0x75, 0xe0,                               // jne reap
        0x8b, 0x44, 0x24, 0xf8,                   // mov eax, [rsp-8]
        0x0f, 0xb6, 0xfc,                         // movzx edi, ah               WEXITSTATUS
        0x83, 0xe0, 0x7f,                         // and eax, 0x7f               WTERMSIG
        0x74, 0x06,                               // je ended
        0x8d, 0xb8, 0x80, 0x00, 0x00, 0x00,       // lea edi, [rax+128]
                                                  // ended:
        0xb8, 0xe7, 0x00, 0x00, 0x00,             // mov eax, 231                exit_group
        0x0f, 0x05,                               // syscall
    ];

    /// <summary>The program as a sealed file in memory, to be executed by its descriptor (execveat(2)).</summary>
    /// <exception cref="LinuxException">There is no memory for it.</exception>
    public static SafeFd Open() => ExecutableImage.InMemory(Name, static file =>
    {
        file.Write(Headers());
        file.Write(Code);
    });

    // elf(5): the file's header and one segment, which is the whole file.
    private static byte[] Headers()
    {
        const int Start = HeaderSize + SegmentSize;
        var bytes = new byte[Start];
        Span<byte> file = bytes;
        "\x7f"u8.CopyTo(file);
        "ELF"u8.CopyTo(file[1..]);
        (file[4], file[5], file[6]) = (2, 1, (byte)EV_CURRENT); // ELFCLASS64, ELFDATA2LSB
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], ET_EXEC);
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], EM_X86_64);
        BinaryPrimitives.WriteUInt32LittleEndian(file[20..], EV_CURRENT);
        BinaryPrimitives.WriteInt64LittleEndian(file[24..], Address + Start);   // e_entry
        BinaryPrimitives.WriteInt64LittleEndian(file[32..], HeaderSize);        // e_phoff
        BinaryPrimitives.WriteUInt16LittleEndian(file[52..], HeaderSize);       // e_ehsize
        BinaryPrimitives.WriteUInt16LittleEndian(file[54..], SegmentSize);      // e_phentsize
        BinaryPrimitives.WriteUInt16LittleEndian(file[56..], 1);                // e_phnum

        Span<byte> segment = file[HeaderSize..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, PT_LOAD);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], PF_R | PF_X);
        BinaryPrimitives.WriteInt64LittleEndian(segment[16..], Address);            // p_vaddr
        BinaryPrimitives.WriteInt64LittleEndian(segment[32..], Start + Code.Length); // p_filesz
        BinaryPrimitives.WriteInt64LittleEndian(segment[40..], Start + Code.Length); // p_memsz
        BinaryPrimitives.WriteInt64LittleEndian(segment[48..], PageSize);           // p_align
        return bytes;
    }
}

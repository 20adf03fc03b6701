using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Linux.Memory;
using Slipway.Linux.Seccomp;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Seccomp;

/// <summary>A seccomp profile as a program for the kernel, by libseccomp.</summary>
/// <remarks>
/// 32-bit x86 has two ways to a socket: socket(2), and socketcall(2) with the arguments behind a pointer, which no filter can look at. The
/// library knows that and turns a rule on socket into one on socketcall as well, without its arguments: "socket, unless it is AF_ALG" would
/// become "socketcall" for anything (CVE-2026-31431). So where a profile looks at socket's arguments, 32-bit x86 is compiled apart, and
/// socketcall answers ENOSYS there: programs use socket(2) instead, which that machine has since Linux 4.3.
/// </remarks>
internal static class FilterCompiler
{
    private const int MaxArguments = 6;
    private const string I386 = "SCMP_ARCH_X86";

    /// <summary>The program: an array of <c>struct sock_filter</c>. Calls that the library doesn't know are left out, as the specification says.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: an unknown action, comparison or architecture, or two rules that contradict each other.</exception>
    public static byte[] Compile(SeccompSpec spec)
    {
        bool apart = (spec.Architectures ?? []).Contains(I386) && (spec.Syscalls ?? []).Any(rule => rule.Args is { Count: > 0 } && rule.Names.Contains("socket"));
        uint defaultAction = SeccompTokens.Action(spec.DefaultAction, spec.DefaultErrnoRet);
        using SeccompContext context = SeccompContext.Create(defaultAction);
        foreach (string architecture in spec.Architectures ?? [])
        {
            if (!apart || architecture != I386)
                context.AddArchitecture(SeccompTokens.Architecture(architecture));
        }
        AddRules(context, spec, defaultAction, conflictsAreErrors: true);
        if (apart)
        {
            SeccompContext other = SeccompContext.Create(defaultAction);
            other.ReplaceArchitecture(SeccompTokens.Architecture(I386));
            AddRules(other, spec, defaultAction, conflictsAreErrors: false);
            context.Merge(other);
        }
        context.OptimizeForSpeed();
        byte[] program = Export(context);
        return apart ? SocketcallGuard.Prepend(program) : program;
    }

    private static void AddRules(SeccompContext context, SeccompSpec spec, uint defaultAction, bool conflictsAreErrors)
    {
        foreach (SyscallRule rule in spec.Syscalls ?? [])
        {
            uint action = SeccompTokens.Action(rule.Action, rule.ErrnoRet);
            // The library refuses rules that say what the default says.
            if (action == defaultAction)
                continue;
            scmp_arg_cmp[] arguments = [.. (rule.Args ?? []).Select(ArgumentOf)];
            foreach (string name in rule.Names)
            {
                if (SeccompContext.FindCall(name) is { } call && !context.TryAddRule(action, call, arguments) && conflictsAreErrors)
                    throw new SlipwayException(ErrorKind.InvalidArgument, $"seccomp rule {rule.Action} for '{Printable.Escape(name)}' contradicts an earlier one");
            }
        }
    }

    private static byte[] Export(SeccompContext context)
    {
        using SafeFd file = MemoryFile.Create("seccomp");
        context.Export(file);
        return MemoryFile.ReadAll(file);
    }

    private static scmp_arg_cmp ArgumentOf(SyscallArgument argument)
    {
        if (argument.Index >= MaxArguments)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"seccomp argument {argument.Index}: a call has arguments 0 to 5");
        return new() { arg = argument.Index, op = SeccompTokens.Comparison(argument.Op), datum_a = argument.Value, datum_b = argument.ValueTwo ?? 0 };
    }
}

/// <summary>Instructions before a filter: 32-bit x86's socketcall does not exist (seccomp(2), <c>struct seccomp_data</c>).</summary>
internal static class SocketcallGuard
{
    private const ushort BPF_LD_W_ABS = 0x20, BPF_JEQ_K = 0x15, BPF_RET_K = 0x06;
    private const uint NumberOffset = 0, ArchitectureOffset = 4, AUDIT_ARCH_I386 = 0x40000003, Socketcall = 102, ErrnoNosys = 0x00050000 | 38;
    private const int EntrySize = 8;

    // Jumps of BPF are relative: what follows need not be touched. Each is (code, jump if true, jump if false, value).
    private static readonly (ushort Code, byte True, byte False, uint Value)[] s_guard =
    [
        (BPF_LD_W_ABS, 0, 0, ArchitectureOffset),
        (BPF_JEQ_K, 0, 3, AUDIT_ARCH_I386),
        (BPF_LD_W_ABS, 0, 0, NumberOffset),
        (BPF_JEQ_K, 0, 1, Socketcall),
        (BPF_RET_K, 0, 0, ErrnoNosys),
    ];

    public static byte[] Prepend(ReadOnlySpan<byte> program)
    {
        var whole = new byte[s_guard.Length * EntrySize + program.Length];
        for (int i = 0; i < s_guard.Length; i++)
        {
            Span<byte> entry = whole.AsSpan(i * EntrySize);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, s_guard[i].Code);
            entry[2] = s_guard[i].True;
            entry[3] = s_guard[i].False;
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], s_guard[i].Value);
        }
        program.CopyTo(whole.AsSpan(s_guard.Length * EntrySize));
        return whole;
    }
}

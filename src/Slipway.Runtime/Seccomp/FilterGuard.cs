using System.Buffers.Binary;
using Slipway.Linux.Seccomp;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Seccomp;

/// <summary>
/// Instructions before a filter (seccomp(2), <c>struct seccomp_data</c>). Jumps of BPF are relative: what follows need not be touched.
/// </summary>
internal static class FilterGuard
{
    private const ushort BPF_LD_W_ABS = 0x20, BPF_JEQ_K = 0x15, BPF_JGT_K = 0x25, BPF_JGE_K = 0x35, BPF_RET_K = 0x06;
    private const uint NumberOffset = 0, ArchitectureOffset = 4, SocketcallOfI386 = 102, ErrnoNosys = 0x00050000 | ENOSYS, ENOSYS = 38, X32Bit = 0x40000000;
    private const int EntrySize = 8;

    /// <summary>32-bit x86's socketcall does not exist.</summary>
    public static byte[] Socketcall() => Assemble(
        (BPF_LD_W_ABS, 0, 0, ArchitectureOffset),
        (BPF_JEQ_K, 0, 3, SeccompTokens.I386),
        (BPF_LD_W_ABS, 0, 0, NumberOffset),
        (BPF_JEQ_K, 0, 1, SocketcallOfI386),
        (BPF_RET_K, 0, 0, ErrnoNosys));

    /// <summary>
    /// Calls that came after the profile was written do not exist: programs then use the ones before, where EPERM or a kill would end them.
    /// Newer than the profile is what has a higher number than all that it names. A profile that lets unknown calls through, or says ENOSYS
    /// itself, has no need of it.
    /// </summary>
    public static byte[] NewerCalls(SeccompSpec spec)
    {
        if (spec.DefaultAction is "SCMP_ACT_ALLOW" or "SCMP_ACT_LOG" or "SCMP_ACT_TRACE" || spec.DefaultErrnoRet == ENOSYS)
            return [];
        // The machine's own is always filtered; others than these can't call here.
        List<string> filtered = [.. (spec.Architectures ?? []).Append("SCMP_ARCH_X86_64").Distinct()];
        var guard = new List<byte>();
        foreach (uint architecture in filtered.Select(SeccompTokens.Architecture).Where(static token => token is SeccompTokens.I386 or SeccompTokens.X64 or SeccompTokens.X32))
        {
            uint last = LastCall(spec, architecture);
            if (last != 0)
                guard.AddRange(Newer(architecture, last));
        }
        return [.. guard];
    }

    private static uint LastCall(SeccompSpec spec, uint architecture)
    {
        uint last = 0;
        foreach (SyscallRule rule in spec.Syscalls ?? [])
        {
            foreach (string name in rule.Names)
                last = Math.Max(last, SeccompContext.FindCall(architecture, name) ?? 0);
        }
        return last;
    }

    // To the kernel x32 is x86-64, with a bit in the number.
    private static byte[] Newer(uint architecture, uint last) => architecture switch
    {
        SeccompTokens.I386 => Assemble(
            (BPF_LD_W_ABS, 0, 0, ArchitectureOffset),
            (BPF_JEQ_K, 0, 3, architecture),
            (BPF_LD_W_ABS, 0, 0, NumberOffset),
            (BPF_JGT_K, 0, 1, last),
            (BPF_RET_K, 0, 0, ErrnoNosys)),
        SeccompTokens.X32 => Assemble(
            (BPF_LD_W_ABS, 0, 0, ArchitectureOffset),
            (BPF_JEQ_K, 0, 3, SeccompTokens.X64),
            (BPF_LD_W_ABS, 0, 0, NumberOffset),
            (BPF_JGT_K, 0, 1, last | X32Bit),
            (BPF_RET_K, 0, 0, ErrnoNosys)),
        _ => Assemble(
            (BPF_LD_W_ABS, 0, 0, ArchitectureOffset),
            (BPF_JEQ_K, 0, 4, architecture),
            (BPF_LD_W_ABS, 0, 0, NumberOffset),
            (BPF_JGE_K, 2, 0, X32Bit),
            (BPF_JGT_K, 0, 1, last),
            (BPF_RET_K, 0, 0, ErrnoNosys)),
    };

    // Each is (code, jump if true, jump if false, value).
    private static byte[] Assemble(params (ushort Code, byte True, byte False, uint Value)[] entries)
    {
        var bytes = new byte[entries.Length * EntrySize];
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = bytes.AsSpan(i * EntrySize);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[i].Code);
            entry[2] = entries[i].True;
            entry[3] = entries[i].False;
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[i].Value);
        }
        return bytes;
    }
}

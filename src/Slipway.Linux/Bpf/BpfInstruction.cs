using System.Runtime.InteropServices;

namespace Slipway.Linux.Bpf;

/// <summary>One <c>struct bpf_insn</c> (linux/bpf.h; instruction-set.rst): 8 bytes.</summary>
/// <param name="Code">Class, source and operation.</param>
/// <param name="Registers">Destination in the low four bits, source in the high ones.</param>
/// <param name="Offset">Of a memory access in bytes, of a jump in instructions after this one.</param>
/// <param name="Immediate">The constant operand.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Immediate)
{
    private const byte BPF_LDX_MEM_W = 0x61, BPF_ALU_AND_K = 0x54, BPF_ALU_RSH_K = 0x74, BPF_ALU_MOV_X = 0xbc, BPF_ALU_MOV_K = 0xb4;
    private const byte BPF_JMP_JA = 0x05, BPF_JMP32_JNE_K = 0x56, BPF_JMP32_JSET_K = 0x46, BPF_JMP_EXIT = 0x95;

    /// <summary>to = *(u32 *)(from + offset).</summary>
    public static BpfInstruction Load(int to, int from, short offset) => new(BPF_LDX_MEM_W, Pair(to, from), offset, 0);

    /// <summary>to = from, 32 bits.</summary>
    public static BpfInstruction Copy(int to, int from) => new(BPF_ALU_MOV_X, Pair(to, from), 0, 0);

    /// <summary>to = value.</summary>
    public static BpfInstruction Set(int to, int value) => new(BPF_ALU_MOV_K, Pair(to, 0), 0, value);

    /// <summary>to &amp;= mask, 32 bits.</summary>
    public static BpfInstruction And(int to, int mask) => new(BPF_ALU_AND_K, Pair(to, 0), 0, mask);

    /// <summary>to >>= bits, 32 bits.</summary>
    public static BpfInstruction ShiftRight(int to, int bits) => new(BPF_ALU_RSH_K, Pair(to, 0), 0, bits);

    /// <summary>Skips instructions.</summary>
    public static BpfInstruction Jump(int count) => new(BPF_JMP_JA, 0, checked((short)count), 0);

    /// <summary>Skips instructions where the register is another number (32 bits; Linux 5.1).</summary>
    public static BpfInstruction JumpIfNot(int register, int value, int count) => new(BPF_JMP32_JNE_K, Pair(register, 0), checked((short)count), value);

    /// <summary>Skips instructions where the register has any of these bits.</summary>
    public static BpfInstruction JumpIfAny(int register, int bits, int count) => new(BPF_JMP32_JSET_K, Pair(register, 0), checked((short)count), bits);

    /// <summary>Returns register 0.</summary>
    public static BpfInstruction Exit() => new(BPF_JMP_EXIT, 0, 0, 0);

    private static byte Pair(int to, int from) => (byte)(to | from << 4);
}

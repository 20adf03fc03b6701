using Slipway.Oci;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Seccomp;

/// <summary>The specification's names (config-linux.md#seccomp) as numbers of seccomp(2) and libseccomp. An unknown one is an error, never a default.</summary>
internal static class SeccompTokens
{
    // An ELF machine (elf.h) with the bits of linux/audit.h: 0x80000000 for 64 bits, 0x40000000 for little-endian. MIPS N32 has a convention bit.
    private static readonly Dictionary<string, uint> s_architectures = new(StringComparer.Ordinal)
    {
        ["SCMP_ARCH_X86"] = I386, ["SCMP_ARCH_X86_64"] = X64,
        // libseccomp's own token: x32 is x86-64 with a bit in the call's number.
        ["SCMP_ARCH_X32"] = X32,
        ["SCMP_ARCH_ARM"] = 0x40000028, ["SCMP_ARCH_AARCH64"] = 0xc00000b7, ["SCMP_ARCH_LOONGARCH64"] = 0xc0000102, ["SCMP_ARCH_M68K"] = 0x4,
        ["SCMP_ARCH_MIPS"] = 0x8, ["SCMP_ARCH_MIPS64"] = 0x80000008, ["SCMP_ARCH_MIPS64N32"] = 0xa0000008,
        ["SCMP_ARCH_MIPSEL"] = 0x40000008, ["SCMP_ARCH_MIPSEL64"] = 0xc0000008, ["SCMP_ARCH_MIPSEL64N32"] = 0xe0000008,
        ["SCMP_ARCH_PARISC"] = 0xf, ["SCMP_ARCH_PARISC64"] = 0x8000000f,
        ["SCMP_ARCH_PPC"] = 0x14, ["SCMP_ARCH_PPC64"] = 0x80000015, ["SCMP_ARCH_PPC64LE"] = 0xc0000015,
        ["SCMP_ARCH_RISCV64"] = 0xc00000f3, ["SCMP_ARCH_S390"] = 0x16, ["SCMP_ARCH_S390X"] = 0x80000016,
        ["SCMP_ARCH_SH"] = 0x4000002a, ["SCMP_ARCH_SHEB"] = 0x2a,
    };

    private static readonly Dictionary<string, long> s_flags = new(StringComparer.Ordinal)
    {
        ["SECCOMP_FILTER_FLAG_TSYNC"] = SECCOMP_FILTER_FLAG_TSYNC, ["SECCOMP_FILTER_FLAG_LOG"] = SECCOMP_FILTER_FLAG_LOG,
        ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"] = SECCOMP_FILTER_FLAG_SPEC_ALLOW,
        ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"] = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
    };

    /// <summary>Tokens of the machine that this is, as far as they are looked at.</summary>
    public const uint I386 = 0x40000003, X64 = 0xc000003e, X32 = 0x4000003e;

    /// <summary>The action that asks an agent.</summary>
    public const string Notify = "SCMP_ACT_NOTIFY";

    /// <summary>What a profile may name, for <c>features</c>.</summary>
    public static IReadOnlyList<string> Actions { get; } =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", Notify, "SCMP_ACT_TRACE",
        "SCMP_ACT_TRAP",
    ];

    /// <inheritdoc cref="Actions"/>
    public static IReadOnlyList<string> Comparisons { get; } =
        ["SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE"];

    /// <inheritdoc cref="Actions"/>
    public static IReadOnlyList<string> Architectures { get; } =
        [.. s_architectures.Keys.Order(StringComparer.Ordinal)];

    /// <inheritdoc cref="Actions"/>
    public static IReadOnlyList<string> Flags { get; } = [.. s_flags.Keys];

    private const uint EPERM = 1, ErrnoMask = 0xffff;

    public static uint Action(string name, uint? errno) => name switch
    {
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0,
        "SCMP_ACT_KILL_PROCESS" => 0x80000000,
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_ERRNO" => 0x00050000 | ((errno ?? EPERM) & ErrnoMask),
        "SCMP_ACT_TRACE" => 0x7ff00000 | ((errno ?? EPERM) & ErrnoMask),
        "SCMP_ACT_LOG" => 0x7ffc0000,
        "SCMP_ACT_ALLOW" => 0x7fff0000,
        Notify => 0x7fc00000,
        _ => throw Unknown("action", name),
    };

    public static int Comparison(string name) => name switch
    {
        "SCMP_CMP_NE" => 1,
        "SCMP_CMP_LT" => 2,
        "SCMP_CMP_LE" => 3,
        "SCMP_CMP_EQ" => 4,
        "SCMP_CMP_GE" => 5,
        "SCMP_CMP_GT" => 6,
        "SCMP_CMP_MASKED_EQ" => 7,
        _ => throw Unknown("comparison", name),
    };

    public static uint Architecture(string name) => s_architectures.TryGetValue(name, out uint token) ? token : throw Unknown("architecture", name);

    /// <summary>The bit of a SECCOMP_FILTER_FLAG_ (seccomp(2)).</summary>
    public static long Flag(string name) => s_flags.TryGetValue(name, out long flag) ? flag : throw Unknown("flag", name);

    private static SlipwayException Unknown(string what, string name) =>
        new(ErrorKind.InvalidArgument, $"seccomp {what} '{Linux.Printable.Escape(name)}' is unknown");
}

using Slipway.Oci;

namespace Slipway.Runtime.Seccomp;

/// <summary>The specification's names (config-linux.md#seccomp) as numbers of seccomp(2) and libseccomp. An unknown one is an error, never a default.</summary>
internal static class SeccompTokens
{
    /// <summary>What a profile may name, for <c>features</c>.</summary>
    public static IReadOnlyList<string> Actions { get; } =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    /// <inheritdoc cref="Actions"/>
    public static IReadOnlyList<string> Comparisons { get; } =
        ["SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE"];

    /// <inheritdoc cref="Actions"/>
    public static IReadOnlyList<string> Architectures { get; } =
        ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64"];

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
        "SCMP_ACT_NOTIFY" => throw new SlipwayException(ErrorKind.NotSupported, "seccomp action SCMP_ACT_NOTIFY is not supported yet"),
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

    public static uint Architecture(string name) => name switch
    {
        "SCMP_ARCH_X86" => 0x40000003,
        "SCMP_ARCH_X86_64" => 0xc000003e,
        // libseccomp's own token: x32 is x86-64 with a bit in the call's number.
        "SCMP_ARCH_X32" => 0x4000003e,
        "SCMP_ARCH_ARM" => 0x40000028,
        "SCMP_ARCH_AARCH64" => 0xc00000b7,
        _ => throw Unknown("architecture", name),
    };

    private static SlipwayException Unknown(string what, string name) =>
        new(ErrorKind.InvalidArgument, $"seccomp {what} '{Linux.Printable.Escape(name)}' is unknown");
}

using Slipway.Linux.Bpf;

namespace Slipway.Runtime.Cgroups.Devices;

/// <summary>
/// Writes the program that decides on devices in a v2 cgroup. Each kind of access is decided by the last rule that speaks of it, and what
/// no rule speaks of is allowed, as in a v1 hierarchy; a request is granted when all that it asks for is.
/// </summary>
internal static class DeviceProgramWriter
{
    // The kernel's context: access << 16 | type, major, minor (struct bpf_cgroup_dev_ctx).
    private const short AccessAndType = 0, MajorOffset = 4, MinorOffset = 8;
    private const int AccessShift = 16, TypeMask = 0xffff, BPF_DEVCG_DEV_BLOCK = 1, BPF_DEVCG_DEV_CHAR = 2;

    // Registers: the answer, the context, and what is asked for. Wanted loses what has been granted.
    private const int Answer = 0, Context = 1, Type = 2, Wanted = 3, Major = 4, Minor = 5;

    /// <summary>The program; the rules are walked from the last to the first, and one that is about everything ends it.</summary>
    public static BpfInstruction[] Write(IReadOnlyList<DeviceEntry> rules)
    {
        List<BpfInstruction> program =
        [
            BpfInstruction.Load(Type, Context, AccessAndType),
            BpfInstruction.Copy(Wanted, Type),
            BpfInstruction.And(Type, TypeMask),
            BpfInstruction.ShiftRight(Wanted, AccessShift),
            BpfInstruction.Load(Major, Context, MajorOffset),
            BpfInstruction.Load(Minor, Context, MinorOffset),
        ];
        foreach (DeviceEntry rule in rules.Reverse())
        {
            if (rule.IsEverything)
                return [.. program, .. Return(rule.Allow)]; // the verifier refuses what can't be reached
            program.AddRange(Rule(rule));
        }
        return [.. program, .. Return(true)];
    }

    // The conditions skip to behind the rule.
    private static List<BpfInstruction> Rule(DeviceEntry rule)
    {
        List<BpfInstruction> verdict = rule.Allow ? Grant(rule.Access) : Refuse(rule.Access);
        List<BpfInstruction> code = verdict;
        if (rule.Minor is { } minor)
            code = [BpfInstruction.JumpIfNot(Minor, unchecked((int)minor), code.Count), .. code];
        if (rule.Major is { } major)
            code = [BpfInstruction.JumpIfNot(Major, unchecked((int)major), code.Count), .. code];
        return [BpfInstruction.JumpIfNot(Type, rule.Type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR, code.Count), .. code];
    }

    private static List<BpfInstruction> Grant(DeviceAccess access) =>
    [
        BpfInstruction.And(Wanted, (int)(DeviceAccess.All & ~access)),
        BpfInstruction.JumpIfNot(Wanted, 0, 2),
        .. Return(true),
    ];

    private static List<BpfInstruction> Refuse(DeviceAccess access) => access == DeviceAccess.All
        ? [.. Return(false)]
        : [BpfInstruction.JumpIfAny(Wanted, (int)access, 1), BpfInstruction.Jump(2), .. Return(false)];

    private static BpfInstruction[] Return(bool allow) => [BpfInstruction.Set(Answer, allow ? 1 : 0), BpfInstruction.Exit()];
}

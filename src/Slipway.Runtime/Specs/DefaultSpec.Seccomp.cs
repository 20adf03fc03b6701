using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Specs;

public static partial class DefaultSpec
{
    private const string Allow = "SCMP_ACT_ALLOW", Fail = "SCMP_ACT_ERRNO", Equal = "SCMP_CMP_EQ", MaskedEqual = "SCMP_CMP_MASKED_EQ";
    private const uint EPERM = 1, ENOSYS = 38;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (clone(2)).
    private static readonly ulong[] s_namespaceFlags = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];

    // PER_LINUX, PER_LINUX32, UNAME26 and both, and "what is it?" (personality(2)).
    private static readonly ulong[] s_personalities = [0, 8, 0x20000, 0x20008, 0xffffffff];

    private static readonly (string Capability, string[] Calls)[] s_callsOfCapabilities =
    [
        ("CAP_BPF", ["bpf"]),
        ("CAP_DAC_READ_SEARCH", ["open_by_handle_at"]),
        ("CAP_PERFMON", ["perf_event_open"]),
        ("CAP_SYS_ADMIN",
        [
            "bpf", "clone", "clone3", "fanotify_init", "fsconfig", "fsmount", "fsopen", "fspick", "lookup_dcookie", "mount", "mount_setattr",
            "move_mount", "open_tree", "perf_event_open", "quotactl", "quotactl_fd", "setdomainname", "sethostname", "setns", "syslog",
            "umount", "umount2", "unshare",
        ]),
        ("CAP_SYS_BOOT", ["reboot"]),
        ("CAP_SYS_CHROOT", ["chroot"]),
        ("CAP_SYS_MODULE", ["delete_module", "finit_module", "init_module"]),
        ("CAP_SYS_NICE", ["get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"]),
        ("CAP_SYS_PACCT", ["acct"]),
        ("CAP_SYS_PTRACE", ["kcmp", "pidfd_getfd", "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace"]),
        ("CAP_SYS_RAWIO", ["ioperm", "iopl"]),
        ("CAP_SYS_TIME", ["clock_settime", "clock_settime64", "settimeofday", "stime"]),
        ("CAP_SYS_TTY_CONFIG", ["vhangup"]),
        ("CAP_SYSLOG", ["syslog"]),
    ];

    // Known, and not for a container: "not permitted" rather than "no such call".
    private static readonly string[] s_forbiddenCalls =
    [
        "_sysctl", "add_key", "clock_adjtime", "clock_adjtime64", "create_module", "get_kernel_syms", "io_uring_enter", "io_uring_register",
        "io_uring_setup", "kexec_file_load", "kexec_load", "keyctl", "move_pages", "nfsservctl", "pivot_root", "query_module", "request_key",
        "swapoff", "swapon", "sysfs", "uselib", "userfaultfd", "ustat", "vm86", "vm86old",
    ];

    /// <summary>
    /// The default system call filter: what programs need is allowed, what reaches into the kernel or the host is "not permitted", and a call
    /// that nobody has judged yet doesn't exist (ENOSYS), so that programs fall back to older ones.
    /// </summary>
    /// <param name="capabilities">The bounding set: a capability brings the calls that are of no use without it.</param>
    public static SeccompSpec Seccomp(IReadOnlyList<string> capabilities)
    {
        HashSet<string> granted = [.. s_callsOfCapabilities.Where(c => capabilities.Contains(c.Capability)).SelectMany(c => c.Calls)];
        IEnumerable<string> withheld = s_callsOfCapabilities.SelectMany(c => c.Calls).Concat(s_forbiddenCalls)
            .Where(c => c is not ("clone" or "clone3") && !granted.Contains(c)).Distinct();
        List<SyscallRule> rules =
        [
            Rule(Allow, [.. s_allowedCalls, .. granted.Order(StringComparer.Ordinal)]),
            Rule(Fail, [.. withheld], EPERM),
            .. s_personalities.Select(p => Rule(Allow, ["personality"], null, new SyscallArgument { Index = 0, Value = p, Op = Equal })),
            .. SocketRules(),
        ];
        if (!granted.Contains("clone"))
            rules.AddRange(CloneRules());
        return new()
        {
            DefaultAction = Fail,
            DefaultErrnoRet = ENOSYS,
            Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
            Syscalls = rules,
        };
    }

    // AF_ALG (38) writes the page cache of shared layers (CVE-2026-31431), AF_VSOCK (40) reaches the machine's host. socketcall(2) of 32-bit
    // programs hides the family behind a pointer and is therefore not allowed: they use socket(2), which the kernel has since 4.3.
    private static IEnumerable<SyscallRule> SocketRules()
    {
        const ulong AF_ALG = 38, AF_VSOCK = 40;
        yield return Family("SCMP_CMP_LT", AF_ALG, Allow);
        yield return Family(Equal, AF_ALG + 1, Allow);
        yield return Family("SCMP_CMP_GT", AF_VSOCK, Allow);
        yield return Family(Equal, AF_ALG, Fail, EPERM);
        yield return Family(Equal, AF_VSOCK, Fail, EPERM);

        static SyscallRule Family(string op, ulong value, string action, uint? errno = null) =>
            Rule(action, ["socket"], errno, new SyscallArgument { Index = 0, Value = value, Op = op });
    }

    // No new namespaces. clone3(2) hides its flags behind a pointer, so it doesn't exist: libraries then use clone(2).
    private static IEnumerable<SyscallRule> CloneRules()
    {
        ulong all = s_namespaceFlags.Aggregate((a, b) => a | b);
        yield return Rule(Allow, ["clone"], null, new SyscallArgument { Index = 0, Value = all, ValueTwo = 0, Op = MaskedEqual });
        foreach (ulong flag in s_namespaceFlags)
            yield return Rule(Fail, ["clone"], EPERM, new SyscallArgument { Index = 0, Value = flag, ValueTwo = flag, Op = MaskedEqual });
    }

    private static SyscallRule Rule(string action, IReadOnlyList<string> names, uint? errno = null, params SyscallArgument[] arguments) =>
        new() { Action = action, Names = names, ErrnoRet = errno, Args = arguments.Length > 0 ? arguments : null };
}

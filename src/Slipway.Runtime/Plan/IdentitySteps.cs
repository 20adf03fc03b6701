using System.Runtime.InteropServices;
using Slipway.Linux;
using Slipway.Linux.Capabilities;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Seccomp;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>Who the process is and what it may do: session, groups, user, the five capability sets (invariant I11), the filter.</summary>
internal static class IdentitySteps
{
    private const int FilterEntrySize = 8;

    // The kernel answers EINVAL to the first number that it doesn't know: 63 is the most that the sets can hold.
    private const int LastPossible = 63;

    // What a managed runtime, a shell with nohup, or a monitor may have set to be ignored: execve would keep that.
    private static readonly int[] s_ignorable =
        [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGTERM, SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH];

    public static void AddSession(PlanBuilder plan, PlanPhase phase = PlanPhase.Session) =>
        plan.Step(phase, "begin a session", null, "default", static step =>
        {
            step.Call(Syscall.setsid);
            foreach (int signal in s_ignorable)
                step.Call(Syscall.rt_sigaction, signal, new byte[KernelSigactionSize], 0, KernelSigsetSize);
            step.Call(Syscall.umask, 0);
            step.Call(Syscall.prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        });

    /// <summary>So that keys of the caller's are not the container's. A host without keys is none the worse.</summary>
    public static void AddKeyring(PlanBuilder plan, string id) =>
        plan.Step(PlanPhase.Session, "join a new session keyring", "_ses." + id, "default", step =>
            step.Call(Syscall.keyctl, KEYCTL_JOIN_SESSION_KEYRING, "_ses." + id).Tolerate(Errno.ENOSYS, Errno.EDQUOT, Errno.EPERM));

    /// <summary>Drops from the bounding set what isn't in it: before the user changes, while CAP_SETPCAP is there.</summary>
    public static void AddBounding(PlanBuilder plan, CapabilitiesSpec? capabilities)
    {
        ulong keep = Mask(capabilities?.Bounding);
        plan.Step(PlanPhase.Identity, "bound the capabilities", null, "process.capabilities.bounding", step =>
        {
            for (int number = 0; number <= LastPossible; number++)
            {
                if ((keep >> number & 1) == 0)
                    step.Call(Syscall.prctl, PR_CAPBSET_DROP, number, 0, 0, 0).Tolerate(Errno.EINVAL).ElseTo(step.End);
            }
        }, string.Join(' ', capabilities?.Bounding ?? []));
    }

    public static void AddUser(PlanBuilder plan, ProcessSpec process, bool keepsGroups = false)
    {
        UserSpec user = process.User;
        uint[] groups = [.. user.AdditionalGids ?? []];
        plan.Step(PlanPhase.Identity, "become the user", $"{user.Uid}:{user.Gid}", "process.user", step =>
        {
            step.Call(Syscall.prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
            // Exactly these: a group of ours must not stay (CVE-2022-36109).
            if (!keepsGroups)
                step.Call(Syscall.setgroups, groups.Length, MemoryMarshal.AsBytes<uint>(groups).ToArray());
            step.Call(Syscall.setresgid, user.Gid, user.Gid, user.Gid);
            step.Call(Syscall.setresuid, user.Uid, user.Uid, user.Uid);
            step.Call(Syscall.umask, user.Umask ?? 0x12);
        }, keepsGroups ? "groups kept" : string.Join(',', groups));
    }

    /// <summary>Sets all five, without what the host itself has not got: less than was asked for harms nobody, and is what other runtimes do.</summary>
    public static void AddCapabilities(PlanBuilder plan, CapabilitiesSpec? capabilities, ulong grantable)
    {
        ulong effective = Mask(capabilities?.Effective) & grantable, permitted = Mask(capabilities?.Permitted) & grantable;
        ulong inheritable = Mask(capabilities?.Inheritable) & grantable, ambient = Mask(capabilities?.Ambient) & grantable;
        byte[] header = MemoryMarshal.AsBytes<uint>([LINUX_CAPABILITY_VERSION_3, 0]).ToArray();
        byte[] sets = MemoryMarshal.AsBytes<uint>(
        [
            (uint)effective, (uint)permitted, (uint)inheritable, (uint)(effective >> 32), (uint)(permitted >> 32), (uint)(inheritable >> 32),
        ]).ToArray();
        plan.Step(PlanPhase.Identity, "set the capabilities", null, "process.capabilities", step =>
        {
            step.Call(Syscall.prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
            step.Call(Syscall.capset, header, sets);
            for (int number = 0; number <= LastPossible; number++)
            {
                if ((ambient >> number & 1) != 0)
                    step.Call(Syscall.prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0);
            }
        }, string.Join(' ', capabilities?.Effective ?? []), new Dictionary<Errno, string>
        {
            [Errno.EPERM] = "a capability was asked for that this host does not give",
        });
    }

    /// <summary>After the identity: the kernel clears the parent's death signal when that changes.</summary>
    public static void AddLast(PlanBuilder plan, ProcessSpec process)
    {
        plan.Step(PlanPhase.Identity, "bind its life to the parent's", null, "default", static step =>
            step.Call(Syscall.prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
        if (process.NoNewPrivileges == true)
        {
            plan.Step(PlanPhase.Identity, "forbid new privileges", null, "process.noNewPrivileges", static step =>
                step.Call(Syscall.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        }
    }

    public static void AddFilter(PlanBuilder plan, LoadableFilter filter, PlanPhase phase)
    {
        int count = filter.Program.Length / FilterEntrySize;
        Register listener = plan.NewRegister();
        // struct sock_fprog: a 16-bit count, padding, the address.
        plan.Step(phase, "load the system call filter", null, "linux.seccomp", step =>
            step.Call(Syscall.seccomp, SECCOMP_SET_MODE_FILTER, filter.Flags, Operand.Words(count, filter.Program)).Into(listener), $"{count} instructions");
        // At once: any call that follows may be one that the agent has to allow.
        if (filter.Notifies)
            plan.Step(phase, "wait for the seccomp agent", null, "linux.seccomp.listenerPath", step => step.Checkpoint(Checkpoint.Filtered, wait: true, listener));
    }

    private static ulong Mask(IReadOnlyList<string>? names)
    {
        ulong mask = 0;
        foreach (string name in names ?? [])
        {
            int number = CapabilityNames.Find(name);
            if (number < 0)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown capability '{Printable.Escape(name)}'");
            mask |= 1UL << number;
        }
        return mask;
    }
}

namespace Slipway.Linux.Capabilities;

/// <summary>Names of <see cref="Capability"/>, found without reflection: that would cost a start more than all its capabilities.</summary>
public static class CapabilityNames
{
    private static readonly string[] s_names =
    [
        nameof(Capability.CAP_CHOWN), nameof(Capability.CAP_DAC_OVERRIDE), nameof(Capability.CAP_DAC_READ_SEARCH), nameof(Capability.CAP_FOWNER),
        nameof(Capability.CAP_FSETID), nameof(Capability.CAP_KILL), nameof(Capability.CAP_SETGID), nameof(Capability.CAP_SETUID),
        nameof(Capability.CAP_SETPCAP), nameof(Capability.CAP_LINUX_IMMUTABLE), nameof(Capability.CAP_NET_BIND_SERVICE),
        nameof(Capability.CAP_NET_BROADCAST), nameof(Capability.CAP_NET_ADMIN), nameof(Capability.CAP_NET_RAW), nameof(Capability.CAP_IPC_LOCK),
        nameof(Capability.CAP_IPC_OWNER), nameof(Capability.CAP_SYS_MODULE), nameof(Capability.CAP_SYS_RAWIO), nameof(Capability.CAP_SYS_CHROOT),
        nameof(Capability.CAP_SYS_PTRACE), nameof(Capability.CAP_SYS_PACCT), nameof(Capability.CAP_SYS_ADMIN), nameof(Capability.CAP_SYS_BOOT),
        nameof(Capability.CAP_SYS_NICE), nameof(Capability.CAP_SYS_RESOURCE), nameof(Capability.CAP_SYS_TIME),
        nameof(Capability.CAP_SYS_TTY_CONFIG), nameof(Capability.CAP_MKNOD), nameof(Capability.CAP_LEASE), nameof(Capability.CAP_AUDIT_WRITE),
        nameof(Capability.CAP_AUDIT_CONTROL), nameof(Capability.CAP_SETFCAP), nameof(Capability.CAP_MAC_OVERRIDE),
        nameof(Capability.CAP_MAC_ADMIN), nameof(Capability.CAP_SYSLOG), nameof(Capability.CAP_WAKE_ALARM),
        nameof(Capability.CAP_BLOCK_SUSPEND), nameof(Capability.CAP_AUDIT_READ), nameof(Capability.CAP_PERFMON), nameof(Capability.CAP_BPF),
        nameof(Capability.CAP_CHECKPOINT_RESTORE),
    ];

    /// <summary>All of them, in the order of their numbers.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>The capability's number; -1 for a name that is none. Case matters, as in the runtime specification.</summary>
    public static int Find(string name) => Array.IndexOf(s_names, name);
}

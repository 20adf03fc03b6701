namespace Slipway.Linux.Namespaces;

/// <summary>Flags of clone(2), unshare(2) and setns(2), those that are used here.</summary>
[Flags]
public enum CloneFlags : ulong
{
    None = 0,
    CLONE_NEWTIME = 0x80,
    CLONE_FS = 0x200,
    CLONE_PIDFD = 0x1000,
    CLONE_PARENT = 0x8000,
    CLONE_NEWNS = 0x20000,
    CLONE_NEWCGROUP = 0x02000000,
    CLONE_NEWUTS = 0x04000000,
    CLONE_NEWIPC = 0x08000000,
    CLONE_NEWUSER = 0x10000000,
    CLONE_NEWPID = 0x20000000,
    CLONE_NEWNET = 0x40000000,
    CLONE_CLEAR_SIGHAND = 0x100000000,
    CLONE_INTO_CGROUP = 0x200000000,
}

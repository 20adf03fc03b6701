namespace Slipway.Linux.Processes;

/// <summary>Constants of the calls in <see cref="Syscall"/>, with their C names, from the kernel's uapi headers.</summary>
public static class KernelConstants
{
    // fcntl.h
    public const long AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000, AT_RECURSIVE = 0x8000, AT_SYMLINK_NOFOLLOW = 0x100;
    public const long O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40, O_EXCL = 0x80, O_NOCTTY = 0x100, O_NONBLOCK = 0x800,
        O_DIRECTORY = 0x10000, O_NOFOLLOW = 0x20000, O_CLOEXEC = 0x80000, O_PATH = 0x200000;
    public const long F_DUPFD_CLOEXEC = 1030;

    // openat2.h
    public const long RESOLVE_NO_XDEV = 1, RESOLVE_NO_MAGICLINKS = 2, RESOLVE_NO_SYMLINKS = 4, RESOLVE_BENEATH = 8, RESOLVE_IN_ROOT = 0x10;

    // mount.h
    public const long MS_RDONLY = 1, MS_NOSUID = 2, MS_NODEV = 4, MS_NOEXEC = 8, MS_MOVE = 0x2000, MS_REC = 0x4000, MS_UNBINDABLE = 1 << 17,
        MS_PRIVATE = 1 << 18, MS_SLAVE = 1 << 19, MS_SHARED = 1 << 20, MNT_DETACH = 2;
    public const long OPEN_TREE_CLONE = 1, OPEN_TREE_CLOEXEC = O_CLOEXEC, MOVE_MOUNT_F_EMPTY_PATH = 4, MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    public const long FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1, FSCONFIG_SET_FLAG = 0, FSCONFIG_SET_STRING = 1, FSCONFIG_CMD_CREATE = 6;
    public const long MOUNT_ATTR_RDONLY = 1, MOUNT_ATTR_NOSUID = 2, MOUNT_ATTR_NODEV = 4, MOUNT_ATTR_NOEXEC = 8, MOUNT_ATTR__ATIME = 0x70,
        MOUNT_ATTR_NOATIME = 0x10, MOUNT_ATTR_STRICTATIME = 0x20, MOUNT_ATTR_NODIRATIME = 0x80, MOUNT_ATTR_NOSYMFOLLOW = 0x200000,
        MOUNT_ATTR_IDMAP = 0x100000;

    // magic.h
    public const long PROC_SUPER_MAGIC = 0x9fa0, DEVPTS_SUPER_MAGIC = 0x1cd1;

    // stat.h
    public const long S_IFMT = 0xf000, S_IFREG = 0x8000, S_IFDIR = 0x4000, S_IFCHR = 0x2000, S_IFBLK = 0x6000, S_IFIFO = 0x1000;

    /// <summary>Offsets in <c>struct stat</c> and <c>struct statfs</c>, and their sizes.</summary>
    public const int StatSize = 144, StatModeOffset = 24, StatRdevOffset = 40, StatFsSize = 120, StatFsTypeOffset = 0;

    // prctl.h, securebits.h, capability.h
    public const long PR_SET_PDEATHSIG = 1, PR_SET_KEEPCAPS = 8, PR_CAPBSET_DROP = 24, PR_SET_CHILD_SUBREAPER = 36, PR_SET_NO_NEW_PRIVS = 38, PR_CAP_AMBIENT = 47,
        PR_CAP_AMBIENT_RAISE = 2, PR_CAP_AMBIENT_CLEAR_ALL = 4;
    public const uint LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    // seccomp.h
    public const long SECCOMP_SET_MODE_FILTER = 1, SECCOMP_FILTER_FLAG_TSYNC = 1, SECCOMP_FILTER_FLAG_LOG = 2, SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4,
        SECCOMP_FILTER_FLAG_NEW_LISTENER = 8, SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 16, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;

    // ioctls.h, sockios.h, if.h, socket.h
    public const long TIOCSCTTY = 0x540e, TIOCSPGRP = 0x5410, TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441, SIOCSIFFLAGS = 0x8914, IFF_UP = 1,
        AF_INET = 2, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0x80000;

    // sched.h
    public const long CLONE_CHILD_SETTID = 0x01000000;

    // ioprio.h
    public const int IOPRIO_WHO_PROCESS = 1, IOPRIO_CLASS_SHIFT = 13, IOPRIO_CLASS_RT = 1, IOPRIO_CLASS_BE = 2, IOPRIO_CLASS_IDLE = 3;

    // personality.h
    public const long PER_LINUX = 0, PER_LINUX32 = 8;

    // keyctl.h
    public const long KEYCTL_JOIN_SESSION_KEYRING = 1;

    // signal.h
    public const long SIG_SETMASK = 2;
    public const int SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGKILL = 9, SIGUSR1 = 10, SIGUSR2 = 12, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17,
        SIGCONT = 18, SIGTSTP = 20, SIGTTIN = 21, SIGTTOU = 22, SIGWINCH = 28;

    /// <summary>The kernel's own <c>struct sigaction</c> and <c>sigset_t</c>.</summary>
    public const int KernelSigactionSize = 32, KernelSigsetSize = 8;
}

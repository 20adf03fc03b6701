namespace Slipway.Linux.Processes;

/// <summary>System calls that a plan may hold, by their numbers on x86-64 (syscalls(2)).</summary>
public enum Syscall
{
    read = 0, write = 1, close = 3, rt_sigaction = 13, rt_sigprocmask = 14, ioctl = 16, socket = 41, clone = 56, fcntl = 72, getcwd = 79, chdir = 80,
    fchdir = 81, fchown = 93, umask = 95, setpgid = 109, setsid = 112, setgroups = 116, setresuid = 117, setresgid = 119, capset = 126, rt_sigtimedwait = 128,
    personality = 135, fstatfs = 138,
    pivot_root = 155, prctl = 157, chroot = 161, mount = 165, umount2 = 166, sethostname = 170, setdomainname = 171, sched_setaffinity = 203, set_mempolicy = 238,
    keyctl = 250, ioprio_set = 251, openat = 257,
    mkdirat = 258, mknodat = 259, fchownat = 260, newfstatat = 262, symlinkat = 266, fchmodat = 268, faccessat = 269, unshare = 272, dup3 = 292,
    prlimit64 = 302, setns = 308, sched_setattr = 314, seccomp = 317, execveat = 322, open_tree = 428, move_mount = 429, fsopen = 430, fsconfig = 431, fsmount = 432,
    close_range = 436, openat2 = 437, mount_setattr = 442,
}

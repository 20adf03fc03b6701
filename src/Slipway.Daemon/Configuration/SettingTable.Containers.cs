namespace Slipway.Daemon.Configuration;

/// <summary>What containers have that ask for nothing else.</summary>
internal static partial class SettingTable
{
    public const string DefaultUlimit = "default-ulimit", DefaultIpcMode = "default-ipc-mode", DefaultCgroupnsMode = "default-cgroupns-mode", DefaultShmSize = "default-shm-size",
        CgroupParent = "cgroup-parent", Init = "init", LogDriver = "log-driver", LogOption = "log-opt", NoNewPrivileges = "no-new-privileges", Seccomp = "seccomp-profile",
        Runtime = "add-runtime", DefaultRuntime = "default-runtime", CdiDirectory = "cdi-spec-dir";

    private static IEnumerable<Setting> Containers =>
    [
        new(DefaultUlimit, null, "default-ulimits", SettingKind.List, "A limit of containers that have none of that name: nofile=1024:2048"),
        new(DefaultIpcMode, null, DefaultIpcMode, SettingKind.Text, "Shared memory of containers that ask for none of the modes: private or shareable (default private)"),
        new(DefaultCgroupnsMode, null, DefaultCgroupnsMode, SettingKind.Text, "Control groups that such containers see: private or host (default private)"),
        new(DefaultShmSize, null, DefaultShmSize, SettingKind.Text, "Size of their /dev/shm (default 64MiB)"),
        new(CgroupParent, null, CgroupParent, SettingKind.Text, "Control group that theirs are made in (default /slipway)"),
        new(Init, null, Init, SettingKind.Switch, "An init in each, which reaps what nobody waits for"),
        new(LogDriver, null, LogDriver, SettingKind.Text, "Where their output is kept: json-file, local or none (default json-file)"),
        new(LogOption, null, "log-opts", SettingKind.List, "An option of that: max-size=10m"),
        new(NoNewPrivileges, null, NoNewPrivileges, SettingKind.Switch, "No program in them gets more rights than it was started with"),
        new(Seccomp, null, Seccomp, SettingKind.Text, "System calls that they may make: builtin, unconfined, or a file with a profile (default builtin)"),
        new(Runtime, null, "runtimes", SettingKind.List, "A name that containers may ask for: NAME=runc. Another program is refused when one does: slip-runtime runs all"),
        new(CdiDirectory, null, "cdi-spec-dirs", SettingKind.List, "Where vendors' programs describe devices that containers may ask for by name; '' switches that off (default /etc/cdi and /var/run/cdi)"),
        new(DefaultRuntime, null, DefaultRuntime, SettingKind.Text, "The name that stands for none (default slip-runtime)"),
    ];
}

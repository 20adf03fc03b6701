namespace Slipway.Daemon.Configuration;

/// <summary>All settings: those that do something here, and those of dockerd's that ask for what holds here anyway.</summary>
internal static class SettingTable
{
    public const string Host = "host", DataRoot = "data-root", ExecRoot = "exec-root", PidFile = "pidfile", ConfigFile = "config-file", Group = "group", Debug = "debug",
        LogLevel = "log-level", LogFormat = "log-format", Label = "label", Tls = "tls", TlsVerify = "tlsverify", TlsCaCert = "tlscacert", TlsCert = "tlscert", TlsKey = "tlskey",
        InsecureRegistry = "insecure-registry", RegistryMirror = "registry-mirror", DefaultUlimit = "default-ulimit", DefaultIpcMode = "default-ipc-mode", DefaultCgroupnsMode = "default-cgroupns-mode", Validate = "validate", Version = "version", Help = "help";

    public static IReadOnlyList<Setting> All { get; } =
    [
        new(Host, 'H', "hosts", SettingKind.List, "Where clients connect: unix:///path, fd:// (a socket from systemd), tcp://address:port with --tlsverify (default unix:///var/run/docker.sock)"),
        new(DataRoot, null, "data-root", SettingKind.Text, "Where images, volumes and containers are kept (default /var/lib/slipway)"),
        new(ExecRoot, null, "exec-root", SettingKind.Text, "What a reboot may take: sockets and locks (default /run/slipway)"),
        new(PidFile, 'p', "pidfile", SettingKind.Text, "File for the process's number"),
        new(ConfigFile, null, null, SettingKind.Text, "Settings as JSON, by dockerd's names (default /etc/slipway/daemon.json)"),
        new(Group, 'G', "group", SettingKind.Text, "Group that may use the unix socket (default docker, where there is one)"),
        new(Debug, 'D', "debug", SettingKind.Switch, "Log more"),
        new(LogLevel, 'l', "log-level", SettingKind.Text, "debug, info, warn, error or fatal (default info)"),
        new(LogFormat, null, "log-format", SettingKind.Text, "text or json (default text)"),
        new(Label, null, "labels", SettingKind.List, "Label of the daemon, as info shows it: key=value"),
        new(Tls, null, "tls", SettingKind.Switch, "Use TLS on TCP; implied by --tlsverify"),
        new(TlsVerify, null, "tlsverify", SettingKind.Switch, "Let in on TCP whose certificate the authority has signed, and nobody else"),
        new(TlsCaCert, null, "tlscacert", SettingKind.Text, "The authority's certificate (default ~/.docker/ca.pem)"),
        new(TlsCert, null, "tlscert", SettingKind.Text, "The daemon's certificate (default ~/.docker/cert.pem)"),
        new(TlsKey, null, "tlskey", SettingKind.Text, "Its key (default ~/.docker/key.pem)"),
        new(InsecureRegistry, null, "insecure-registries", SettingKind.List, "A registry, or a network of them, without TLS or with any certificate"),
        new(RegistryMirror, null, "registry-mirrors", SettingKind.List, "A mirror of Docker Hub, asked first: https://mirror.example"),
        new(DefaultUlimit, null, "default-ulimits", SettingKind.List, "A limit of containers that have none of that name: nofile=1024:2048"),
        new(DefaultIpcMode, null, "default-ipc-mode", SettingKind.Text, "Shared memory of containers that ask for none of the modes: private or shareable (default private)"),
        new(DefaultCgroupnsMode, null, "default-cgroupns-mode", SettingKind.Text, "Control groups that such containers see: private or host (default private)"),
        new(Validate, null, null, SettingKind.Switch, "Check the settings and end"),
        new(Version, 'v', null, SettingKind.Switch, "Show the version"),
        new(Help, 'h', null, SettingKind.Switch, "Show this"),
        // Said by units and scripts for dockerd. What they ask for is how it is here.
        new("containerd", null, "containerd", SettingKind.Text, "Ignored: there is none"),
        new("live-restore", null, "live-restore", SettingKind.Switch, "Ignored: containers never end with the daemon"),
        new("userland-proxy", null, "userland-proxy", SettingKind.Switch, "Ignored: there is none"),
        new("containerd-namespace", null, "containerd-namespace", SettingKind.Text, "Ignored: there is no containerd"),
        new("containerd-plugins-namespace", null, "containerd-plugin-namespace", SettingKind.Text, "Ignored: there is no containerd"),
        new("iptables", null, "iptables", SettingKind.Switch, "Ignored: rules are in a table of their own, which goes by itself"),
        new("ip6tables", null, "ip6tables", SettingKind.Switch, "Ignored: rules are in a table of their own, which goes by itself"),
        new("storage-driver", 's', "storage-driver", SettingKind.Text, "Ignored: layers are overlays"),
        new("shutdown-timeout", null, "shutdown-timeout", SettingKind.Text, "Ignored: containers never end with the daemon"),
        new("max-concurrent-downloads", null, "max-concurrent-downloads", SettingKind.Text, "Ignored: as many at a time as suit"),
        new("max-concurrent-uploads", null, "max-concurrent-uploads", SettingKind.Text, "Ignored: as many at a time as suit"),
        new("features", null, "features", SettingKind.List, "Ignored"),
    ];

    public static Setting? Find(string flag) => All.FirstOrDefault(s => s.Flag == flag);
}

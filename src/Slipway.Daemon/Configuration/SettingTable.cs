namespace Slipway.Daemon.Configuration;

/// <summary>All settings: those that do something here, and those of dockerd's that ask for what holds here anyway. One theme a file.</summary>
internal static partial class SettingTable
{
    public const string Host = "host", DataRoot = "data-root", ExecRoot = "exec-root", PidFile = "pidfile", ConfigFile = "config-file", Group = "group", Debug = "debug",
        LogLevel = "log-level", LogFormat = "log-format", RawLogs = "raw-logs", Label = "label", Tls = "tls", TlsVerify = "tlsverify", TlsCaCert = "tlscacert", TlsCert = "tlscert", TlsKey = "tlskey",
        InsecureRegistry = "insecure-registry", RegistryMirror = "registry-mirror", Downloads = "max-concurrent-downloads", Uploads = "max-concurrent-uploads",
        HttpProxy = "http-proxy", HttpsProxy = "https-proxy", NoProxy = "no-proxy", Validate = "validate", Version = "version", Help = "help";

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
        new(RawLogs, null, "raw-logs", SettingKind.Switch, "Log without colours, whole times and all, also at a terminal"),
        new(Label, null, "labels", SettingKind.List, "Label of the daemon, as info shows it: key=value"),
        new(Tls, null, "tls", SettingKind.Switch, "Use TLS on TCP; implied by --tlsverify"),
        new(TlsVerify, null, "tlsverify", SettingKind.Switch, "Let in on TCP whose certificate the authority has signed, and nobody else"),
        new(TlsCaCert, null, "tlscacert", SettingKind.Text, "The authority's certificate (default ~/.docker/ca.pem)"),
        new(TlsCert, null, "tlscert", SettingKind.Text, "The daemon's certificate (default ~/.docker/cert.pem)"),
        new(TlsKey, null, "tlskey", SettingKind.Text, "Its key (default ~/.docker/key.pem)"),
        new(InsecureRegistry, null, "insecure-registries", SettingKind.List, "A registry, or a network of them, without TLS or with any certificate"),
        new(RegistryMirror, null, "registry-mirrors", SettingKind.List, "A mirror of Docker Hub, asked first: https://mirror.example"),
        new(Downloads, null, Downloads, SettingKind.Text, "Layers of one pull that are fetched at a time (default 3)"),
        new(Uploads, null, Uploads, SettingKind.Text, "Layers of one push that are sent at a time (default 5)"),
        new(HttpProxy, null, HttpProxy, SettingKind.Text, "Proxy for what the daemon fetches by http://"),
        new(HttpsProxy, null, HttpsProxy, SettingKind.Text, "The same by https://"),
        new(NoProxy, null, NoProxy, SettingKind.Text, "Hosts and domains that are asked without it, with commas between"),
        new(Validate, null, null, SettingKind.Switch, "Check the settings and end"),
        new(Version, 'v', null, SettingKind.Switch, "Show the version"),
        new(Help, 'h', null, SettingKind.Switch, "Show this"),
        .. Containers,
        .. Networks,
        .. Dockerds,
    ];

    public static Setting? Find(string flag) => All.FirstOrDefault(s => s.Flag == flag);
}

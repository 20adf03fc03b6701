namespace Slipway.Daemon.Configuration;

/// <summary>Said by units and scripts for dockerd. What they ask for is how it is here, or doesn't matter; where not, it is refused (<see cref="SettingCheck"/>).</summary>
internal static partial class SettingTable
{
    public const string ShutdownTimeout = "shutdown-timeout", LiveRestore = "live-restore", UserlandProxy = "userland-proxy", UserlandProxyPath = "userland-proxy-path", ExecOption = "exec-opt", UsernsRemap = "userns-remap",
        AuthorizationPlugin = "authorization-plugin", MetricsAddress = "metrics-addr", StorageOption = "storage-opt", IpForward = "ip-forward", SelinuxEnabled = "selinux-enabled", Rootless = "rootless",
        Nondistributable = "allow-nondistributable-artifacts", Features = "feature", DownloadAttempts = "max-download-attempts";

    private static IEnumerable<Setting> Dockerds =>
    [
        new("containerd", null, "containerd", SettingKind.Text, "Ignored: there is none"),
        new("containerd-namespace", null, "containerd-namespace", SettingKind.Text, "Ignored: there is no containerd"),
        new("containerd-plugins-namespace", null, "containerd-plugin-namespace", SettingKind.Text, "Ignored: there is no containerd"),
        new("cri-containerd", null, "cri-containerd", SettingKind.Switch, "Ignored: there is no containerd"),
        new(LiveRestore, null, LiveRestore, SettingKind.Switch, "Ignored: containers never end with the daemon"),
        new(ShutdownTimeout, null, ShutdownTimeout, SettingKind.Text, "Shown, and that is all: containers never end with the daemon"),
        new(UserlandProxy, null, UserlandProxy, SettingKind.Switch, "false: containers without IPv6 are not reached by it (the relay is in each container's monitor)"),
        new(UserlandProxyPath, null, UserlandProxyPath, SettingKind.Text, "Checked, and that is all: there is no program of its own"),
        new("iptables", null, "iptables", SettingKind.Switch, "Ignored: rules are in a table of their own, which goes by itself"),
        new("ip6tables", null, "ip6tables", SettingKind.Switch, "Ignored: rules are in a table of their own, which goes by itself"),
        new(IpForward, null, IpForward, SettingKind.Switch, "Networks don't work without: true, or left out"),
        new("network-control-plane-mtu", null, "network-control-plane-mtu", SettingKind.Text, "Ignored: there is no swarm"),
        new("swarm-default-advertise-addr", null, "swarm-default-advertise-addr", SettingKind.Text, "Ignored: there is no swarm"),
        new("node-generic-resource", null, "node-generic-resources", SettingKind.List, "Ignored: there is no swarm"),
        new("storage-driver", 's', "storage-driver", SettingKind.Text, "Ignored: layers are overlays"),
        new(StorageOption, null, "storage-opts", SettingKind.List, "Not supported: a writable layer has no size of its own"),
        new(ExecOption, null, "exec-opts", SettingKind.List, "native.cgroupdriver=cgroupfs, and nothing else"),
        new("init-path", null, "init-path", SettingKind.Text, "Ignored: the init is in slip-runtime"),
        new(DownloadAttempts, null, DownloadAttempts, SettingKind.Text, "Ignored: a pull goes on where its line was cut for as long as it gets on"),
        new(Nondistributable, null, Nondistributable, SettingKind.List, "Ignored: a push sends what the registry lacks"),
        new(Features, null, "features", SettingKind.List, "buildkit=false: clients that ask are told docker's first builder; docker-capabilities=false: containers have slip's eleven capabilities, not docker's fourteen; cdi=false: no devices by vendors' names; containerd-snapshotter=false: clients of BuildKit keep to what docker's older store can; others are ignored"),
        new("builder", null, "builder", SettingKind.List, "Ignored: what builds leave goes by 'docker builder prune'"),
        new("experimental", null, "experimental", SettingKind.Switch, "Ignored: nothing is behind it"),
        new("api-cors-header", null, "api-cors-header", SettingKind.Text, "Ignored: browsers get no such header"),
        new(Rootless, null, Rootless, SettingKind.Switch, "Not supported"),
        new(SelinuxEnabled, null, SelinuxEnabled, SettingKind.Switch, "Not supported: --security-opt label= of a container is"),
        new(UsernsRemap, null, UsernsRemap, SettingKind.Text, "Not supported: 'slip run --userns auto' gives a container ids of its own"),
        new(AuthorizationPlugin, null, "authorization-plugins", SettingKind.List, "Not supported: plugins are not there"),
        new(MetricsAddress, null, MetricsAddress, SettingKind.Text, "Not supported"),
    ];
}

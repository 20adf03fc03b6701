using Slipway.Oci;

namespace Slipway.Daemon.Configuration;

/// <summary>Refuses what dockerd would do and nobody does here: silence would be taken for a yes.</summary>
internal static class SettingCheck
{
    private const string CgroupDriver = "native.cgroupdriver=cgroupfs";

    /// <exception cref="SlipwayException">NotSupported, or InvalidArgument, with the setting's name.</exception>
    public static void Check(SettingValues settings)
    {
        foreach (string flag in (ReadOnlySpan<string>)[SettingTable.Rootless, SettingTable.SelinuxEnabled])
        {
            if (settings.Switch(flag))
                throw Unsupported(flag);
        }
        foreach (string flag in (ReadOnlySpan<string>)[SettingTable.UsernsRemap, SettingTable.AuthorizationPlugin, SettingTable.MetricsAddress, SettingTable.StorageOption])
        {
            if (settings[flag].Any(value => value.Length > 0))
                throw Unsupported(flag);
        }
        if (!settings.Switch(SettingTable.IpForward, otherwise: true))
            throw new SlipwayException(ErrorKind.NotSupported, $"--{SettingTable.IpForward}=false: nothing gets out of a network without forwarding, so what uses one turns it on");
        if (settings[SettingTable.ExecOption].FirstOrDefault(option => option != CgroupDriver) is { } other)
            throw new SlipwayException(ErrorKind.NotSupported, $"--{SettingTable.ExecOption} {Linux.Printable.Escape(other)}: containers' cgroups are made directly, so the only one is {CgroupDriver}");
        CheckProxyPath(settings.Text(SettingTable.UserlandProxyPath));
    }

    // There is none to start; but who names one that isn't there has made a mistake.
    private static void CheckProxyPath(string? path)
    {
        if (path is null)
            return;
        if (!Path.IsPathFullyQualified(path))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid {SettingTable.UserlandProxyPath}: must be an absolute path: {Linux.Printable.Escape(path)}");
        if (!File.Exists(path))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid {SettingTable.UserlandProxyPath}: stat {Linux.Printable.Escape(path)}: no such file or directory");
    }

    private static SlipwayException Unsupported(string flag) => new(ErrorKind.NotSupported, $"--{flag}: {SettingTable.Find(flag)!.Help}");
}

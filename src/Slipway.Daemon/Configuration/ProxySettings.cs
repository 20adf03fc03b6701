using Slipway.Daemon.Logging;
using Slipway.Engine.Registries;

namespace Slipway.Daemon.Configuration;

/// <summary>Proxies: what the daemon fetches with takes them from the environment, so that is where the settings go.</summary>
internal static class ProxySettings
{
    private static readonly string[] s_flags = [SettingTable.HttpProxy, SettingTable.HttpsProxy, SettingTable.NoProxy];

    /// <summary>Puts them into the environment, over what is there.</summary>
    public static void Apply(SettingValues settings, LogWriter log)
    {
        foreach (string flag in s_flags)
        {
            if (settings.Text(flag) is not { } value)
                continue;
            // Programs look for the one or the other.
            string lower = flag.Replace('-', '_');
            foreach (string name in (ReadOnlySpan<string>)[lower, lower.ToUpperInvariant()])
            {
                if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } old && old != value)
                    log.Write(LogLevel.Warn, "overriding existing proxy variable with value from configuration", ("name", name), ("old-value", ProxyAddress.WithoutPassword(old)), ("new-value", ProxyAddress.WithoutPassword(value)));
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}

using System.Globalization;
using Slipway.Linux.Processes;

namespace Slipway.Network.Bridges;

/// <summary>Whether this host passes on what is for others (ip-sysctl): nothing gets out of a bridge without.</summary>
public static class Forwarding
{
    private const string Ipv4 = "/proc/sys/net/ipv4/ip_forward", Ipv6 = "/proc/sys/net/ipv6/conf/all/forwarding", Ipv6Devices = "/proc/sys/net/ipv6/conf";

    /// <summary>Whether it is on, or the host doesn't have the family.</summary>
    public static bool IsOn(bool six) => SmallFile.TryReadText(six ? Ipv6 : Ipv4)?.Trim() != "0";

    /// <summary>Turns it on.</summary>
    public static void Enable(bool six)
    {
        if (IsOn(six))
            return;
        if (six)
            KeepRouterAdvertisements();
        SmallFile.Write(six ? Ipv6 : Ipv4, "1");
    }

    /// <summary>Turns it off.</summary>
    public static void Disable(bool six) => SmallFile.Write(six ? Ipv6 : Ipv4, "0");

    // A host that forwards takes no router's word any more, unless it is told to do so nevertheless: it must not lose its own address to us.
    private static void KeepRouterAdvertisements()
    {
        const int Taken = 1, TakenAlways = 2;
        foreach (string device in Directory.EnumerateDirectories(Ipv6Devices))
        {
            string path = Path.Combine(device, "accept_ra");
            if (SmallFile.TryReadText(path)?.Trim() == Taken.ToString(CultureInfo.InvariantCulture))
                SmallFile.Write(path, TakenAlways.ToString(CultureInfo.InvariantCulture));
        }
    }
}

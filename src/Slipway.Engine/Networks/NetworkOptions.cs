using System.Globalization;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>The options of a bridge network, by docker's names.</summary>
internal static class NetworkOptions
{
    public const string BridgeName = "com.docker.network.bridge.name";
    private const string Mtu = "com.docker.network.driver.mtu", Masquerade = "com.docker.network.bridge.enable_ip_masquerade";
    private const string AmongContainers = "com.docker.network.bridge.enable_icc", HostAddress = "com.docker.network.bridge.host_binding_ipv4";
    private const string Dockers = "com.docker.network.";
    private const uint SmallestMtu = 68, LargestMtu = 65535;

    private static readonly string[] s_known = [BridgeName, Mtu, Masquerade, AmongContainers, HostAddress];

    /// <exception cref="SlipwayException">InvalidArgument or NotSupported.</exception>
    public static void Check(NetworkRecord network)
    {
        // What isn't docker's is somebody's note, kept and shown.
        if (network.Options.Keys.FirstOrDefault(key => key.StartsWith(Dockers, StringComparison.Ordinal) && !s_known.Contains(key)) is { } unknown)
            throw new SlipwayException(ErrorKind.NotSupported, $"network option '{Linux.Printable.Escape(unknown)}' is not supported: {string.Join(", ", s_known)} are");
        _ = MtuOf(network);
        _ = Masquerades(network);
        _ = Isolates(network);
        if (network.Options.TryGetValue(HostAddress, out string? address) && !AddressText.TryParse(address, out _))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"network option {HostAddress}: '{Linux.Printable.Escape(address)}' is not an address");
    }

    public static uint? MtuOf(NetworkRecord network)
    {
        if (!network.Options.TryGetValue(Mtu, out string? text))
            return null;
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint mtu) && mtu is >= SmallestMtu and <= LargestMtu
            ? mtu
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"network option {Mtu}: '{Linux.Printable.Escape(text)}' is not a number from {SmallestMtu} to {LargestMtu}");
    }

    public static bool Masquerades(NetworkRecord network) => Truth(network, Masquerade, true);

    public static bool Isolates(NetworkRecord network) => !Truth(network, AmongContainers, true);

    public static string? HostAddressOf(NetworkRecord network) => network.Options.GetValueOrDefault(HostAddress);

    private static bool Truth(NetworkRecord network, string option, bool otherwise)
    {
        if (!network.Options.TryGetValue(option, out string? text))
            return otherwise;
        return text switch
        {
            "true" or "1" or "" => true,
            "false" or "0" => false,
            _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"network option {option}: '{Linux.Printable.Escape(text)}' is neither true nor false"),
        };
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Slipway.Oci;
using static Slipway.Engine.Networks.NetworkOptionNames;

namespace Slipway.Engine.Networks;

/// <summary>The options of a bridge network, by docker's names.</summary>
internal static class NetworkOptions
{
    private const string Dockers = "com.docker.network.", DefaultBridge = "com.docker.network.bridge.default_bridge";
    private const string UsualMtu = "1500";
    private const uint SmallestMtu = 68, LargestMtu = 65535;

    private static readonly string[] s_known = [BridgeName, Mtu, Masquerade, AmongContainers, HostAddress, Source4, Source6];

    /// <exception cref="SlipwayException">InvalidArgument or NotSupported.</exception>
    public static void Check(NetworkRecord network)
    {
        // What isn't docker's is somebody's note, kept and shown.
        if (network.Options.Keys.FirstOrDefault(key => key.StartsWith(Dockers, StringComparison.Ordinal) && !s_known.Contains(key)) is { } unknown)
            throw new SlipwayException(ErrorKind.NotSupported, $"network option '{Linux.Printable.Escape(unknown)}' is not supported: {string.Join(", ", s_known)} are");
        _ = MtuOf(network);
        _ = Masquerades(network);
        _ = Isolates(network);
        _ = SourcesOf(network);
        if (network.Options.TryGetValue(HostAddress, out string? address) && !AddressText.TryParse(address, out _))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"network option {HostAddress}: '{Linux.Printable.Escape(address)}' is not an address");
    }

    /// <summary>The default network's, as docker shows them: all that matter, also those that nobody set.</summary>
    public static IReadOnlyDictionary<string, string> OfDefault(NetworkRecord network) => With(network.Options, new Dictionary<string, string>
    {
        [DefaultBridge] = "true",
        [AmongContainers] = "true",
        [Masquerade] = "true",
        [HostAddress] = "0.0.0.0",
        [BridgeName] = network.Bridge,
        [Mtu] = UsualMtu,
    });

    /// <summary>Options with those of others that they lack.</summary>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> others) =>
        others.Count == 0 ? options : new Dictionary<string, string>(others.Where(o => !options.ContainsKey(o.Key)).Concat(options));

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

    /// <summary>The addresses of this host's that what leaves the network has, at most one a family.</summary>
    public static IReadOnlyList<IPAddress> SourcesOf(NetworkRecord network) => [.. ((IPAddress?[])[Source(network, Source4, six: false), Source(network, Source6, six: true)]).OfType<IPAddress>()];

    private static IPAddress? Source(NetworkRecord network, string option, bool six)
    {
        if (!network.Options.TryGetValue(option, out string? text))
            return null;
        return AddressText.TryParse(text, out IPAddress? address) && address.AddressFamily == (six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork) && !address.IsIPv4MappedToIPv6
            ? address
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"network option {option}: '{Linux.Printable.Escape(text)}' is not an {(six ? "IPv6" : "IPv4")} address");
    }

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

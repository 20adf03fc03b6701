using System.Globalization;
using System.Net;
using Slipway.Engine.Networks;
using Slipway.Oci;

namespace Slipway.Engine.Defaults;

/// <summary>Addresses that networks are cut from.</summary>
/// <param name="Base">All of them.</param>
/// <param name="Bits">Of each network: its prefix.</param>
public sealed record AddressPool(IPNetwork Base, int Bits)
{
    private const int LongestPrefix = 30;

    /// <summary>Reads <c>base=10.10.0.0/16,size=24</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static AddressPool Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? from = null;
        int bits = 0;
        foreach (string part in text.Split(','))
        {
            switch (part.Split('=', 2))
            {
                case ["base", var network]:
                    from = network;
                    break;
                case ["size", var size] when int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out bits):
                    break;
                default:
                    throw Invalid(text, "want base=ADDRESS/BITS,size=BITS");
            }
        }
        IPNetwork pool = AddressText.ParseNetwork(from ?? "", "default address pool");
        return pool.BaseAddress.AddressFamily is System.Net.Sockets.AddressFamily.InterNetwork && bits >= pool.PrefixLength && bits <= LongestPrefix
            ? new(pool, bits)
            : throw Invalid(text, $"the size is the bits of each network, from those of the base to {LongestPrefix}, and the base is IPv4");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"base={Base},size={Bits}");

    private static SlipwayException Invalid(string text, string why) => new(ErrorKind.InvalidArgument, $"invalid default address pool '{Linux.Printable.Escape(text)}': {why}");
}

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>Addresses as people write them: four decimal numbers, or IPv6. <c>1.2.3</c> and <c>010.0.0.1</c> are none, whatever inet_aton(3) says.</summary>
internal static class AddressText
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text!.Contains('%', StringComparison.Ordinal) : address.ToString() == text);

    /// <summary>Reads <c>ADDRESS/BITS</c>. The host's part may be there, and is left out: 10.1.2.3/16 is 10.1.0.0/16.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="what">What it is for, in an error.</param>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static IPNetwork ParseNetwork(string text, string what)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !TryParse(text[..slash], out IPAddress? address) || !int.TryParse(text[(slash + 1)..], out int prefix))
            throw Invalid($"invalid {what}: {Printable.Escape(text)}: want ADDRESS/BITS");
        byte[] bytes = address.GetAddressBytes();
        int least = bytes.Length == 4 ? 8 : 16, most = (bytes.Length * 8) - 1;
        if (prefix < least || prefix > most)
            throw Invalid($"invalid {what}: {Printable.Escape(text)}: from {least} to {most} bits");
        for (int bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new(new IPAddress(bytes), prefix);
    }

    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static IPAddress Parse(string text, string what) => TryParse(text, out IPAddress? address) ? address : throw Invalid($"invalid {what}: {Printable.Escape(text)}");

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}

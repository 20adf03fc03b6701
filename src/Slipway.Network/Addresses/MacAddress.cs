using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Slipway.Linux;

namespace Slipway.Network;

/// <summary>Hardware addresses: six bytes, and <c>02:42:…</c> as text.</summary>
public static class MacAddress
{
    private const int Size = 6;

    // Administered by us, of one device.
    private const byte Local = 2;

    /// <summary>One by chance.</summary>
    public static byte[] Random()
    {
        var mac = new byte[Size];
        RandomBytes.Fill(mac);
        mac[0] = (byte)((mac[0] & 0xfc) | Local);
        return mac;
    }

    /// <summary>The one of an address: who gets the address after another is known by the same, and nobody's table of neighbours is wrong.</summary>
    public static byte[] Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != AddressFamily.InterNetwork)
            return Random();
        var mac = new byte[Size] { Local, 0x42, 0, 0, 0, 0 };
        address.TryWriteBytes(mac.AsSpan(2), out _);
        return mac;
    }

    /// <summary>As text.</summary>
    public static string Format(ReadOnlySpan<byte> mac) => Convert.ToHexStringLower(mac) is { Length: 2 * Size } hex
        ? $"{hex[..2]}:{hex[2..4]}:{hex[4..6]}:{hex[6..8]}:{hex[8..10]}:{hex[10..]}"
        : "";

    /// <summary>Reads <c>02:42:ac:11:00:02</c>; null where it is not one, or one of many devices.</summary>
    public static byte[]? TryParse(string text)
    {
        string[] parts = (text ?? "").Split(':', '-');
        if (parts.Length != Size)
            return null;
        var mac = new byte[Size];
        for (int i = 0; i < Size; i++)
        {
            if (parts[i].Length != 2 || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out mac[i]))
                return null;
        }
        return (mac[0] & 1) == 0 ? mac : null;
    }
}

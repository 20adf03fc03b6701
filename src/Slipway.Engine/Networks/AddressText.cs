using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Engine.Networks;

/// <summary>Addresses as people write them: four decimal numbers, or IPv6. <c>1.2.3</c> and <c>010.0.0.1</c> are none, whatever inet_aton(3) says.</summary>
internal static class AddressText
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text!.Contains('%', StringComparison.Ordinal) : address.ToString() == text);
}

using Slipway.Oci.Json;

namespace Slipway.Engine.Networks;

/// <summary>What a container asked for of its networks, within its row. A member that says the default may be missing: rows outlive versions.</summary>
internal static class NetworkRequestJson
{
    public static void WriteAttachment(JsonWriter json, NetworkAttachment attachment)
    {
        json.Write("Network"u8, attachment.Network);
        json.Write("Aliases"u8, attachment.Aliases);
        json.Write("Ipv4Address"u8, attachment.Ipv4Address);
        json.Write("Ipv6Address"u8, attachment.Ipv6Address);
        json.Write("LinkLocalAddresses"u8, attachment.LinkLocalAddresses);
        json.Write("MacAddress"u8, attachment.MacAddress);
        json.Write("DriverOptions"u8, attachment.DriverOptions);
        json.Write("GatewayPriority"u8, attachment.GatewayPriority);
        json.Write("Links"u8, attachment.Links);
    }

    public static NetworkAttachment? ReadAttachment(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        NetworkAttachment a = new() { Network = "" };
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Network": a = a with { Network = json.String() ?? "" }; break;
                case "Aliases": a = a with { Aliases = json.Strings() ?? [] }; break;
                case "Ipv4Address": a = a with { Ipv4Address = json.String() }; break;
                case "Ipv6Address": a = a with { Ipv6Address = json.String() }; break;
                case "LinkLocalAddresses": a = a with { LinkLocalAddresses = json.Strings() ?? [] }; break;
                case "MacAddress": a = a with { MacAddress = json.String() }; break;
                case "DriverOptions": a = a with { DriverOptions = json.StringMap() ?? [] }; break;
                case "GatewayPriority": a = a with { GatewayPriority = json.Int32() ?? 0 }; break;
                case "Links": a = a with { Links = json.Strings() ?? [] }; break;
                default: json.Skip(); break;
            }
        }
        return a;
    }

    public static void WritePort(JsonWriter json, PortRequest port)
    {
        json.Write("ContainerPort"u8, (long)port.ContainerPort);
        json.Write("Protocol"u8, port.Protocol);
        json.Write("HostAddress"u8, port.HostAddress);
        json.Write("FirstHostPort"u8, (long)port.FirstHostPort);
        json.Write("LastHostPort"u8, (long)port.LastHostPort);
    }

    public static PortRequest? ReadPort(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        ushort? port = null, first = null, last = null;
        string? protocol = null, address = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "ContainerPort": port = json.UInt16(); break;
                case "Protocol": protocol = json.String(); break;
                case "HostAddress": address = json.String(); break;
                case "FirstHostPort": first = json.UInt16(); break;
                case "LastHostPort": last = json.UInt16(); break;
                default: json.Skip(); break;
            }
        }
        return new(port ?? throw json.Missing("ContainerPort"), protocol ?? "tcp", address, first ?? 0, last ?? 0);
    }
}

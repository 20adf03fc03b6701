using System.Text;
using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Engine.Defaults;

/// <summary>The defaults as the database keeps them. A member that says the usual may be missing: rows outlive versions.</summary>
internal static class EngineDefaultsJson
{
    public static string Write(EngineDefaults defaults) => Encoding.UTF8.GetString(JsonWriter.Document(defaults, static (json, defaults) =>
    {
        json.Write("Ulimits"u8, defaults.Ulimits);
        json.Write("Init"u8, defaults.Init);
        json.Write("DnsServers"u8, defaults.DnsServers);
        json.Write("DnsSearch"u8, defaults.DnsSearch);
        json.Write("DnsOptions"u8, defaults.DnsOptions);
        json.Write("HostGateway"u8, defaults.HostGateway);
        json.Write("RelaysPorts"u8, defaults.RelaysPorts);
        json.Write("CdiDirectories"u8, defaults.CdiDirectories);
        json.Write("Pools"u8, (IReadOnlyList<string>)[.. defaults.Pools.Select(p => p.ToString())]);
        json.Write("NetworkOptions"u8, defaults.NetworkOptions);
        json.Write("Network"u8, defaults.Network, WriteNetwork);
    }));

    public static EngineDefaults Read(string text) => JsonReader.Read<EngineDefaults>(Encoding.UTF8.GetBytes(text), "the row of defaults", ErrorKind.Corrupt, Read);

    /// <summary>The part of the default network: equal texts are equal networks.</summary>
    public static string WriteNetwork(DefaultNetwork network) => Encoding.UTF8.GetString(JsonWriter.Document(network, WriteNetwork));

    private static void WriteNetwork(JsonWriter json, DefaultNetwork network)
    {
        json.Write("Disabled"u8, network.Disabled);
        json.Write("Bridge"u8, network.Bridge);
        json.Write("TakesDockersName"u8, network.TakesDockersName);
        json.Write("Address"u8, network.Address);
        json.Write("Range"u8, network.Range);
        json.Write("Gateway"u8, network.Gateway);
        json.Write("Ipv6"u8, network.Ipv6);
        json.Write("Range6"u8, network.Range6);
        json.Write("Gateway6"u8, network.Gateway6);
        json.Write("Options"u8, network.Options);
    }

    private static EngineDefaults? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        EngineDefaults read = EngineDefaults.None;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Ulimits": read = read with { Ulimits = json.Strings() ?? [] }; break;
                case "Init": read = read with { Init = json.Boolean() ?? false }; break;
                case "DnsServers": read = read with { DnsServers = json.Strings() ?? [] }; break;
                case "DnsSearch": read = read with { DnsSearch = json.Strings() ?? [] }; break;
                case "DnsOptions": read = read with { DnsOptions = json.Strings() ?? [] }; break;
                case "HostGateway": read = read with { HostGateway = json.String() }; break;
                case "RelaysPorts": read = read with { RelaysPorts = json.Boolean() ?? true }; break;
                case "CdiDirectories": read = read with { CdiDirectories = json.Strings() ?? read.CdiDirectories }; break;
                case "Pools": read = read with { Pools = [.. (json.Strings() ?? []).Select(AddressPool.Parse)] }; break;
                case "NetworkOptions": read = read with { NetworkOptions = json.StringMap() ?? [] }; break;
                case "Network": read = read with { Network = ReadNetwork(ref json) ?? DefaultNetwork.Usual }; break;
                default: json.Skip(); break;
            }
        }
        return read;
    }

    private static DefaultNetwork? ReadNetwork(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        DefaultNetwork read = DefaultNetwork.Usual;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Disabled": read = read with { Disabled = json.Boolean() ?? false }; break;
                case "Bridge": read = read with { Bridge = json.String() }; break;
                case "TakesDockersName": read = read with { TakesDockersName = json.Boolean() ?? false }; break;
                case "Address": read = read with { Address = json.String() }; break;
                case "Range": read = read with { Range = json.String() }; break;
                case "Gateway": read = read with { Gateway = json.String() }; break;
                case "Ipv6": read = read with { Ipv6 = json.Boolean() ?? false }; break;
                case "Range6": read = read with { Range6 = json.String() }; break;
                case "Gateway6": read = read with { Gateway6 = json.String() }; break;
                case "Options": read = read with { Options = json.StringMap() ?? [] }; break;
                default: json.Skip(); break;
            }
        }
        return read;
    }
}

using System.Net;
using System.Text;
using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Engine.Networks;

/// <summary>A network as the database keeps it, beside its id, name and time. A member that says the default may be missing: rows outlive versions.</summary>
internal static class NetworkRecordJson
{
    public static string Write(NetworkRecord network) => Encoding.UTF8.GetString(JsonWriter.Document(network, static (json, network) =>
    {
        json.Write("Bridge"u8, network.Bridge);
        json.Write("IsForeign"u8, network.IsForeign ? true : null);
        json.Write("ConfigOnly"u8, network.ConfigOnly ? true : null);
        json.Write("ConfigFrom"u8, network.ConfigFrom.Length > 0 ? network.ConfigFrom : null);
        json.Write("Internal"u8, network.Internal);
        if (network.Attachable)
            json.Write("Attachable"u8, true);
        json.Write("EnableIPv4"u8, network.EnableIPv4);
        json.Write("EnableIPv6"u8, network.EnableIPv6);
        json.Write("Subnets"u8, network.Subnets, static (json, subnet) =>
        {
            json.Write("Subnet"u8, subnet.Subnet.ToString());
            json.Write("Gateway"u8, subnet.Gateway.ToString());
            json.Write("Range"u8, subnet.Range?.ToString());
            json.Write("Reserved"u8, subnet.Reserved);
            json.Write("IsChosen"u8, subnet.IsChosen ? true : null);
        });
        json.Write("Options"u8, network.Options);
        if (network.AddressOptions.Count > 0)
            json.Write("AddressOptions"u8, network.AddressOptions);
        json.Write("Labels"u8, network.Labels);
    }));

    /// <summary>Adds what the text says to a record.</summary>
    public static NetworkRecord Read(string text, NetworkRecord network) =>
        JsonReader.Read<Func<NetworkRecord, NetworkRecord>>(Encoding.UTF8.GetBytes(text), "a network's row", ErrorKind.Corrupt, Read)(network);

    private static Func<NetworkRecord, NetworkRecord>? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string bridge = "", configFrom = "";
        bool isForeign = false, configOnly = false, isInternal = false, attachable = false, ipv4 = true, ipv6 = false;
        List<NetworkSubnet> subnets = [];
        Dictionary<string, string> options = [], addressOptions = [], labels = [];
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Bridge": bridge = json.String() ?? ""; break;
                case "IsForeign": isForeign = json.Boolean() ?? false; break;
                case "ConfigOnly": configOnly = json.Boolean() ?? false; break;
                case "ConfigFrom": configFrom = json.String() ?? ""; break;
                case "Internal": isInternal = json.Boolean() ?? false; break;
                case "Attachable": attachable = json.Boolean() ?? false; break;
                case "EnableIPv4": ipv4 = json.Boolean() ?? true; break;
                case "EnableIPv6": ipv6 = json.Boolean() ?? false; break;
                case "Subnets": subnets = json.List(ReadSubnet) ?? []; break;
                case "Options": options = json.StringMap() ?? []; break;
                case "AddressOptions": addressOptions = json.StringMap() ?? []; break;
                case "Labels": labels = json.StringMap() ?? []; break;
                default: json.Skip(); break;
            }
        }
        return network => network with
        {
            Bridge = bridge,
            IsForeign = isForeign,
            ConfigOnly = configOnly,
            ConfigFrom = configFrom,
            // docker's: it has no driver of its own.
            Driver = configOnly ? "null" : network.Driver,
            Internal = isInternal,
            Attachable = attachable,
            EnableIPv4 = ipv4,
            EnableIPv6 = ipv6,
            Subnets = subnets,
            Options = options,
            AddressOptions = addressOptions,
            Labels = labels,
        };
    }

    private static NetworkSubnet? ReadSubnet(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? subnet = null, gateway = null, range = null;
        bool isChosen = false;
        Dictionary<string, string> reserved = [];
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Subnet": subnet = json.String(); break;
                case "Gateway": gateway = json.String(); break;
                case "Range": range = json.String(); break;
                case "Reserved": reserved = json.StringMap() ?? []; break;
                case "IsChosen": isChosen = json.Boolean() ?? false; break;
                default: json.Skip(); break;
            }
        }
        return IPNetwork.TryParse(subnet, out IPNetwork network) && IPAddress.TryParse(gateway, out IPAddress? own)
            ? new(network, own, range is null ? null : IPNetwork.Parse(range), reserved) { IsChosen = isChosen }
            : throw json.Error("a subnet has a network and a gateway");
    }
}

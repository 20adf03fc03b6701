using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Limits at the disks as text.</summary>
internal static class BlockIOSpecJson
{
    public static BlockIOSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        ushort? weight = null, leafWeight = null;
        List<DeviceWeight>? weights = null;
        List<DeviceThrottle>? readBps = null, writeBps = null, readIops = null, writeIops = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "weight": weight = json.UInt16(); break;
                case "leafWeight": leafWeight = json.UInt16(); break;
                case "weightDevice": weights = json.List(ReadWeight); break;
                case "throttleReadBpsDevice": readBps = json.List(ReadThrottle); break;
                case "throttleWriteBpsDevice": writeBps = json.List(ReadThrottle); break;
                case "throttleReadIOPSDevice": readIops = json.List(ReadThrottle); break;
                case "throttleWriteIOPSDevice": writeIops = json.List(ReadThrottle); break;
                default: json.Skip(); break;
            }
        }
        return new BlockIOSpec
        {
            Weight = weight,
            LeafWeight = leafWeight,
            WeightDevice = weights,
            ThrottleReadBpsDevice = readBps,
            ThrottleWriteBpsDevice = writeBps,
            ThrottleReadIopsDevice = readIops,
            ThrottleWriteIopsDevice = writeIops,
        };
    }

    public static void Write(JsonWriter json, BlockIOSpec limits)
    {
        json.Write("weight"u8, limits.Weight);
        json.Write("leafWeight"u8, limits.LeafWeight);
        json.Write("weightDevice"u8, limits.WeightDevice, static (json, device) =>
        {
            json.Write("major"u8, device.Major);
            json.Write("minor"u8, device.Minor);
            json.Write("weight"u8, device.Weight);
            json.Write("leafWeight"u8, device.LeafWeight);
        });
        json.Write("throttleReadBpsDevice"u8, limits.ThrottleReadBpsDevice, WriteThrottle);
        json.Write("throttleWriteBpsDevice"u8, limits.ThrottleWriteBpsDevice, WriteThrottle);
        json.Write("throttleReadIOPSDevice"u8, limits.ThrottleReadIopsDevice, WriteThrottle);
        json.Write("throttleWriteIOPSDevice"u8, limits.ThrottleWriteIopsDevice, WriteThrottle);
    }

    private static DeviceWeight? ReadWeight(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        long? major = null, minor = null;
        ushort? weight = null, leafWeight = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "major": major = json.Int64(); break;
                case "minor": minor = json.Int64(); break;
                case "weight": weight = json.UInt16(); break;
                case "leafWeight": leafWeight = json.UInt16(); break;
                default: json.Skip(); break;
            }
        }
        return new DeviceWeight
        {
            Major = major ?? throw json.Missing("major"),
            Minor = minor ?? throw json.Missing("minor"),
            Weight = weight,
            LeafWeight = leafWeight,
        };
    }

    private static DeviceThrottle? ReadThrottle(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        long? major = null, minor = null;
        ulong? rate = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "major": major = json.Int64(); break;
                case "minor": minor = json.Int64(); break;
                case "rate": rate = json.UInt64(); break;
                default: json.Skip(); break;
            }
        }
        return new DeviceThrottle
        {
            Major = major ?? throw json.Missing("major"),
            Minor = minor ?? throw json.Missing("minor"),
            Rate = rate ?? 0,
        };
    }

    private static void WriteThrottle(JsonWriter json, DeviceThrottle throttle)
    {
        json.Write("major"u8, throttle.Major);
        json.Write("minor"u8, throttle.Minor);
        json.Write("rate"u8, throttle.Rate);
    }
}

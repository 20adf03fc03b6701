using Slipway.Engine.Devices;
using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>What is asked of drivers of devices, in a container's row.</summary>
internal static class DriverRequestJson
{
    public static void Write(JsonWriter json, DriverRequest request)
    {
        json.Write("Driver"u8, request.Driver);
        json.Write("Count"u8, request.Count);
        json.WriteSet("Ids"u8, request.Ids);
        json.WriteSet("Capabilities"u8, request.Capabilities);
        json.WriteSet("Options"u8, request.Options);
    }

    public static DriverRequest? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var request = new DriverRequest();
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Driver": request = request with { Driver = json.String() ?? "" }; break;
                case "Count": request = request with { Count = json.Int32() ?? 0 }; break;
                case "Ids": request = request with { Ids = json.Strings() ?? [] }; break;
                case "Capabilities": request = request with { Capabilities = json.Strings() ?? [] }; break;
                case "Options": request = request with { Options = json.StringMap() ?? [] }; break;
                default: json.Skip(); break;
            }
        }
        return request;
    }
}

using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>The capability sets as text.</summary>
internal static class CapabilitiesSpecJson
{
    public static CapabilitiesSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<string>? bounding = null, effective = null, inheritable = null, permitted = null, ambient = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "bounding": bounding = json.Texts(); break;
                case "effective": effective = json.Texts(); break;
                case "inheritable": inheritable = json.Texts(); break;
                case "permitted": permitted = json.Texts(); break;
                case "ambient": ambient = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new CapabilitiesSpec { Bounding = bounding, Effective = effective, Inheritable = inheritable, Permitted = permitted, Ambient = ambient };
    }

    public static void Write(JsonWriter json, CapabilitiesSpec sets)
    {
        json.Write("bounding"u8, sets.Bounding);
        json.Write("effective"u8, sets.Effective);
        json.Write("inheritable"u8, sets.Inheritable);
        json.Write("permitted"u8, sets.Permitted);
        json.Write("ambient"u8, sets.Ambient);
    }
}

using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Personality, resctrl group and memory policy as text.</summary>
internal static class LinuxProcessSpecsJson
{
    public static PersonalitySpec? ReadPersonality(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? domain = null;
        List<string>? flags = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "domain": domain = json.Text(); break;
                case "flags": flags = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new PersonalitySpec { Domain = domain ?? throw json.Missing("domain"), Flags = flags };
    }

    public static void WritePersonality(JsonWriter json, PersonalitySpec personality)
    {
        json.Write("domain"u8, personality.Domain);
        json.Write("flags"u8, personality.Flags);
    }

    public static IntelRdtSpec? ReadIntelRdt(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? closId = null, l3Cache = null, bandwidth = null;
        List<string>? schemata = null;
        bool? monitoring = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "closID": closId = json.Text(); break;
                case "schemata": schemata = json.Texts(); break;
                case "l3CacheSchema": l3Cache = json.Text(); break;
                case "memBwSchema": bandwidth = json.Text(); break;
                case "enableMonitoring": monitoring = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new IntelRdtSpec { ClosId = closId, Schemata = schemata, L3CacheSchema = l3Cache, MemBwSchema = bandwidth, EnableMonitoring = monitoring };
    }

    public static void WriteIntelRdt(JsonWriter json, IntelRdtSpec group)
    {
        json.Write("closID"u8, group.ClosId);
        json.Write("schemata"u8, group.Schemata);
        json.Write("l3CacheSchema"u8, group.L3CacheSchema);
        json.Write("memBwSchema"u8, group.MemBwSchema);
        json.Write("enableMonitoring"u8, group.EnableMonitoring);
    }

    public static MemoryPolicySpec? ReadMemoryPolicy(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? mode = null, nodes = null;
        List<string>? flags = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "mode": mode = json.Text(); break;
                case "nodes": nodes = json.Text(); break;
                case "flags": flags = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new MemoryPolicySpec { Mode = mode ?? throw json.Missing("mode"), Nodes = nodes, Flags = flags };
    }

    public static void WriteMemoryPolicy(JsonWriter json, MemoryPolicySpec policy)
    {
        json.Write("mode"u8, policy.Mode);
        json.Write("nodes"u8, policy.Nodes);
        json.Write("flags"u8, policy.Flags);
    }
}

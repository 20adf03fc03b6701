using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>config.json's Linux part as text.</summary>
internal static class LinuxSpecJson
{
    public static LinuxSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<NamespaceSpec>? namespaces = null;
        List<IdMapping>? uids = null, gids = null;
        Dictionary<string, TimeOffset>? offsets = null;
        List<DeviceSpec>? devices = null;
        Dictionary<string, NetDeviceSpec>? netDevices = null;
        string? cgroupsPath = null, propagation = null, mountLabel = null;
        ResourcesSpec? resources = null;
        SeccompSpec? seccomp = null;
        Dictionary<string, string>? sysctl = null;
        List<string>? masked = null, readOnly = null;
        PersonalitySpec? personality = null;
        IntelRdtSpec? intelRdt = null;
        MemoryPolicySpec? memoryPolicy = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "namespaces": namespaces = json.List(NamespaceSpecJson.Read); break;
                case "uidMappings": uids = json.List(IdMappingJson.Read); break;
                case "gidMappings": gids = json.List(IdMappingJson.Read); break;
                case "timeOffsets": offsets = json.Map(NamespaceSpecJson.ReadOffset); break;
                case "devices": devices = json.List(DeviceSpecJson.Read); break;
                case "netDevices": netDevices = json.Map(DeviceSpecJson.ReadNetDevice); break;
                case "cgroupsPath": cgroupsPath = json.Text(); break;
                case "resources": resources = ResourcesSpecJson.Read(ref json); break;
                case "rootfsPropagation": propagation = json.Text(); break;
                case "seccomp": seccomp = SeccompSpecJson.Read(ref json); break;
                case "sysctl": sysctl = json.TextMap(); break;
                case "maskedPaths": masked = json.Texts(); break;
                case "readonlyPaths": readOnly = json.Texts(); break;
                case "mountLabel": mountLabel = json.Text(); break;
                case "personality": personality = LinuxProcessSpecsJson.ReadPersonality(ref json); break;
                case "intelRdt": intelRdt = LinuxProcessSpecsJson.ReadIntelRdt(ref json); break;
                case "memoryPolicy": memoryPolicy = LinuxProcessSpecsJson.ReadMemoryPolicy(ref json); break;
                default: json.Skip(); break;
            }
        }
        return new LinuxSpec
        {
            Namespaces = namespaces,
            UidMappings = uids,
            GidMappings = gids,
            TimeOffsets = offsets,
            Devices = devices,
            NetDevices = netDevices,
            CgroupsPath = cgroupsPath,
            Resources = resources,
            RootfsPropagation = propagation,
            Seccomp = seccomp,
            Sysctl = sysctl,
            MaskedPaths = masked,
            ReadonlyPaths = readOnly,
            MountLabel = mountLabel,
            Personality = personality,
            IntelRdt = intelRdt,
            MemoryPolicy = memoryPolicy,
        };
    }

    public static void Write(JsonWriter json, LinuxSpec linux)
    {
        json.Write("namespaces"u8, linux.Namespaces, NamespaceSpecJson.Write);
        json.Write("uidMappings"u8, linux.UidMappings, IdMappingJson.Write);
        json.Write("gidMappings"u8, linux.GidMappings, IdMappingJson.Write);
        json.Write("timeOffsets"u8, linux.TimeOffsets, NamespaceSpecJson.WriteOffset);
        json.Write("devices"u8, linux.Devices, DeviceSpecJson.Write);
        json.Write("netDevices"u8, linux.NetDevices, DeviceSpecJson.WriteNetDevice);
        json.Write("cgroupsPath"u8, linux.CgroupsPath);
        json.Write("resources"u8, linux.Resources, ResourcesSpecJson.Write);
        json.Write("rootfsPropagation"u8, linux.RootfsPropagation);
        json.Write("seccomp"u8, linux.Seccomp, SeccompSpecJson.Write);
        json.Write("sysctl"u8, linux.Sysctl);
        json.Write("maskedPaths"u8, linux.MaskedPaths);
        json.Write("readonlyPaths"u8, linux.ReadonlyPaths);
        json.Write("mountLabel"u8, linux.MountLabel);
        json.Write("personality"u8, linux.Personality, LinuxProcessSpecsJson.WritePersonality);
        json.Write("intelRdt"u8, linux.IntelRdt, LinuxProcessSpecsJson.WriteIntelRdt);
        json.Write("memoryPolicy"u8, linux.MemoryPolicy, LinuxProcessSpecsJson.WriteMemoryPolicy);
    }
}

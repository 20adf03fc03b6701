using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Rights as members of a container's row; those that say the default are left out.</summary>
internal static class SecurityRequestJson
{
    public static void Write(JsonWriter json, SecurityRequest security)
    {
        json.WriteSet("Privileged"u8, security.Privileged);
        json.WriteSet("DockerCapabilities"u8, security.DockerCapabilities);
        json.WriteSet("CapAdd"u8, security.CapAdd);
        json.WriteSet("CapDrop"u8, security.CapDrop);
        json.WriteSet("NoNewPrivileges"u8, security.NoNewPrivileges);
        json.WriteSet("SeccompUnconfined"u8, security.SeccompUnconfined);
        json.Write("SeccompProfile"u8, security.SeccompProfile);
        json.Write("AppArmorProfile"u8, security.AppArmorProfile);
        json.WriteSet("SelinuxOptions"u8, security.SelinuxOptions);
        json.WriteSet("SystemPathsUnconfined"u8, security.SystemPathsUnconfined);
        if (security.MaskedPaths is { } masked)
            json.Write("MaskedPaths"u8, masked);
        if (security.ReadonlyPaths is { } readOnly)
            json.Write("ReadonlyPaths"u8, readOnly);
        json.WriteSet("WrittenOptions"u8, security.WrittenOptions);
        json.WriteSet("WritableCgroups"u8, security.WritableCgroups);
        json.WriteSet("ReadOnly"u8, security.ReadOnly);
        json.WriteSet("Devices"u8, security.Devices, WriteDevice);
        json.WriteSet("DriverRequests"u8, security.DriverRequests, DriverRequestJson.Write);
        json.WriteSet("DeviceRules"u8, security.DeviceRules);
        json.WriteSet("Sysctls"u8, security.Sysctls);
        json.Write("PidMode"u8, security.PidMode);
        json.Write("IpcMode"u8, security.IpcMode);
        json.Write("UtsMode"u8, security.UtsMode);
        json.Write("UsernsMode"u8, security.UsernsMode);
        json.WriteSet("UidMaps"u8, security.UidMaps);
        json.WriteSet("GidMaps"u8, security.GidMaps);
        json.Write("CgroupnsMode"u8, security.CgroupnsMode);
    }

    /// <summary>Takes a member that is one of these; null where it is another's.</summary>
    public static SecurityRequest? Read(scoped ref JsonReader json, string name, SecurityRequest r) => name switch
    {
        "Privileged" => r with { Privileged = json.Boolean() ?? false },
        "DockerCapabilities" => r with { DockerCapabilities = json.Boolean() ?? false },
        "CapAdd" => r with { CapAdd = json.Strings() ?? [] },
        "CapDrop" => r with { CapDrop = json.Strings() ?? [] },
        "NoNewPrivileges" => r with { NoNewPrivileges = json.Boolean() ?? false },
        "SeccompUnconfined" => r with { SeccompUnconfined = json.Boolean() ?? false },
        "SeccompProfile" => r with { SeccompProfile = json.String() },
        "AppArmorProfile" => r with { AppArmorProfile = json.String() },
        "SelinuxOptions" => r with { SelinuxOptions = json.Strings() ?? [] },
        "SystemPathsUnconfined" => r with { SystemPathsUnconfined = json.Boolean() ?? false },
        "MaskedPaths" => r with { MaskedPaths = json.Strings() },
        "ReadonlyPaths" => r with { ReadonlyPaths = json.Strings() },
        "WrittenOptions" => r with { WrittenOptions = json.Strings() ?? [] },
        "WritableCgroups" => r with { WritableCgroups = json.Boolean() ?? false },
        "ReadOnly" => r with { ReadOnly = json.Boolean() ?? false },
        "Devices" => r with { Devices = json.List(ReadDevice) ?? [] },
        "DriverRequests" => r with { DriverRequests = json.List(DriverRequestJson.Read) ?? [] },
        "DeviceRules" => r with { DeviceRules = json.Strings() ?? [] },
        "Sysctls" => r with { Sysctls = json.StringMap() ?? r.Sysctls },
        "PidMode" => r with { PidMode = json.String() },
        "IpcMode" => r with { IpcMode = json.String() },
        "UtsMode" => r with { UtsMode = json.String() },
        "UsernsMode" => r with { UsernsMode = json.String() },
        "UidMaps" => r with { UidMaps = json.Strings() ?? [] },
        "GidMaps" => r with { GidMaps = json.Strings() ?? [] },
        "CgroupnsMode" => r with { CgroupnsMode = json.String() },
        _ => null,
    };

    private static void WriteDevice(JsonWriter json, DeviceRequest device)
    {
        json.Write("HostPath"u8, device.HostPath);
        json.Write("ContainerPath"u8, device.ContainerPath);
        json.Write("Access"u8, device.Access);
    }

    private static DeviceRequest? ReadDevice(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? host = null, container = null, access = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "HostPath": host = json.String(); break;
                case "ContainerPath": container = json.String(); break;
                case "Access": access = json.String(); break;
                default: json.Skip(); break;
            }
        }
        return new(host ?? throw json.Missing("HostPath"), container ?? throw json.Missing("ContainerPath"), access ?? throw json.Missing("Access"));
    }
}

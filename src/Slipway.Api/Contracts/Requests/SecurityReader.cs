using Slipway.Api.Wire;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Api.Contracts.Requests;

/// <summary>The rights, devices and namespaces of a HostConfig.</summary>
internal static class SecurityReader
{
    public static SecurityRequest Read(JsonInput host) => Namespaces(host, SecurityOptions.Read(host.Texts("SecurityOpt") ?? [], new()
    {
        Privileged = host.Flag("Privileged"),
        CapAdd = host.Texts("CapAdd") ?? [],
        CapDrop = host.Texts("CapDrop") ?? [],
        ReadOnly = host.Flag("ReadonlyRootfs"),
        Devices = [.. host.Objects("Devices").Select(Device)],
        DeviceRules = [.. (host.Texts("DeviceCgroupRules") ?? []).Select(DeviceParser.CheckRule)],
        Sysctls = host.Map("Sysctls"),
        // What --security-opt systempaths=unconfined becomes on its way here: empty lists, where none is as usual.
        SystemPathsUnconfined = host.Texts("MaskedPaths") is [] && host.Texts("ReadonlyPaths") is [],
    }, static profile => profile));

    // The client has read the file of a seccomp profile: what comes here is its text.
    private static SecurityRequest Namespaces(JsonInput host, SecurityRequest request) => request with
    {
        PidMode = host.Text("PidMode"),
        IpcMode = host.Text("IpcMode"),
        UtsMode = host.Text("UTSMode"),
        UsernsMode = host.Text("UsernsMode"),
        UidMaps = host.Object("IDMappings").Texts("UidMap") ?? [],
        GidMaps = host.Object("IDMappings").Texts("GidMap") ?? [],
        CgroupnsMode = host.Text("CgroupnsMode"),
    };

    private static DeviceRequest Device(JsonInput device)
    {
        string path = device.Text("PathOnHost") ?? throw device.Expected("PathOnHost", "a device's path");
        return DeviceParser.Parse($"{path}:{device.Text("PathInContainer") ?? path}:{device.Text("CgroupPermissions") ?? "rwm"}");
    }
}

using System.Text.Json;
using Slipway.Api.Wire;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Devices;

namespace Slipway.Api.Contracts.Requests;

/// <summary>The rights, devices and namespaces of a HostConfig.</summary>
internal static class SecurityReader
{
    // What nobody asked for is as the client's version knew it.
    private const int PrivateIpcSince = 40, PrivateCgroupsSince = 41;

    public static SecurityRequest Read(JsonInput host, ApiVersion version) => Namespaces(host, version, SecurityOptions.Read(host.Texts("SecurityOpt") ?? [], new()
    {
        Privileged = host.Flag("Privileged"),
        CapAdd = host.Texts("CapAdd") ?? [],
        CapDrop = host.Texts("CapDrop") ?? [],
        ReadOnly = host.Flag("ReadonlyRootfs"),
        Devices = [.. host.Objects("Devices").Select(Device)],
        DriverRequests = [.. host.Objects("DeviceRequests").Select(Asked)],
        DeviceRules = [.. (host.Texts("DeviceCgroupRules") ?? []).Select(DeviceParser.CheckRule)],
        Sysctls = host.Map("Sysctls"),
        // What --security-opt systempaths=unconfined becomes on its way here: empty lists, where none is as usual.
        SystemPathsUnconfined = host.Texts("MaskedPaths") is [] && host.Texts("ReadonlyPaths") is [],
        MaskedPaths = host.Texts("MaskedPaths") is { Count: > 0 } masked ? masked : Lone(host, "MaskedPaths", "ReadonlyPaths"),
        ReadonlyPaths = host.Texts("ReadonlyPaths") is { Count: > 0 } readOnly ? readOnly : Lone(host, "ReadonlyPaths", "MaskedPaths"),
    }, static profile => profile));

    // One list that is empty, where the other is as usual or has something in it.
    private static IReadOnlyList<string>? Lone(JsonInput host, string name, string other) => host.Texts(name) is [] && host.Texts(other) is not [] ? [] : null;

    // The client has read the file of a seccomp profile: what comes here is its text.
    private static SecurityRequest Namespaces(JsonInput host, ApiVersion version, SecurityRequest request) => request with
    {
        PidMode = Mode(host, "PidMode", "PID", true),
        IpcMode = host.Text("IpcMode") ?? (version.IsAtLeast(PrivateIpcSince) ? null : "shareable"),
        UtsMode = Mode(host, "UTSMode", "UTS", false),
        UsernsMode = host.Text("UsernsMode"),
        UidMaps = host.Object("IDMappings").Texts("UidMap") ?? [],
        GidMaps = host.Object("IDMappings").Texts("GidMap") ?? [],
        CgroupnsMode = CgroupMode(host.Text("CgroupnsMode")) ?? (version.IsAtLeast(PrivateCgroupsSince) ? null : "host"),
    };

    // dockerd's sentence; the engine's is that of docker's command line, which looks first.
    private static string? Mode(JsonInput host, string name, string called, bool sharable) => host.Text(name) switch
    {
        null => null,
        "host" => "host",
        var mode when sharable && SharedMode.ContainerOf(mode) is { Length: > 0 } => mode,
        var mode => throw ApiException.BadRequest($"invalid {called} mode: {Linux.Printable.Escape(mode)}"),
    };

    private static string? CgroupMode(string? mode) => mode is null or "private" or "host" ? mode : throw ApiException.BadRequest($"invalid cgroup namespace mode: {Linux.Printable.Escape(mode)}");

    private static DriverRequest Asked(JsonInput asked)
    {
        var request = new DriverRequest
        {
            Driver = asked.Text("Driver") ?? "",
            Count = asked.Int("Count") ?? 0,
            Ids = asked.Texts("DeviceIDs") ?? [],
            Capabilities = Capabilities(asked),
            Options = asked.Map("Options"),
        };
        return request.Count != 0 && request.Ids.Count > 0 ? throw ApiException.BadRequest("cannot set both Count and DeviceIDs on device request") : request;
    }

    // [["gpu","nvidia"],["gpu","amd"]]: all words of any of them.
    private static List<string> Capabilities(JsonInput asked)
    {
        const string Name = "Capabilities";
        if (asked.Find(Name) is not { } all)
            return [];
        if (all.ValueKind is not JsonValueKind.Array || all.EnumerateArray().Any(words => words.ValueKind is not JsonValueKind.Array || words.EnumerateArray().Any(word => word.ValueKind is not JsonValueKind.String)))
            throw asked.Expected(Name, "a list of lists of words");
        return [.. all.EnumerateArray().Select(words => string.Join(',', words.EnumerateArray().Select(word => word.GetString())))];
    }

    private static DeviceRequest Device(JsonInput device)
    {
        string path = device.Text("PathOnHost") ?? throw device.Expected("PathOnHost", "a device's path");
        return DeviceParser.Parse($"{path}:{device.Text("PathInContainer") ?? path}:{device.Text("CgroupPermissions") ?? "rwm"}");
    }
}

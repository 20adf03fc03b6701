using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Engine.Inspecting;

/// <summary>A container's mounts, as <c>inspect</c> prints them.</summary>
internal static class InspectMountsJson
{
    /// <param name="request">The container's.</param>
    /// <param name="mountpointOf">Where a volume is, by its name.</param>
    public static JsonArray Of(ContainerRequest request, Func<string, string?> mountpointOf) => [.. request.Mounts.Where(m => m.IsDetailed || m.Kind is not MountKind.Tmpfs).Select(m =>
    {
        bool isVolume = m.Kind is MountKind.Volume;
        JsonObject mount = new() { ["Type"] = TypeOf(m) };
        if (isVolume)
            mount["Name"] = m.Source;
        mount["Source"] = isVolume ? mountpointOf(m.Source) : m.Source;
        mount["Destination"] = m.Target;
        if (isVolume)
            mount["Driver"] = VolumeDriver.Local;
        mount["Mode"] = ModeOf(m);
        mount["RW"] = !m.ReadOnly;
        mount["Propagation"] = m.Kind is MountKind.Bind ? m.Propagation ?? "rprivate" : "";
        return (JsonNode)mount;
    })];

    /// <summary>Adds to a container's <c>HostConfig</c>.</summary>
    public static void AddHostConfig(JsonObject host, ContainerRequest request)
    {
        host["Binds"] = InspectJson.ListOrNull(request.Mounts.Where(m => m is { Anonymous: false, IsDetailed: false, Kind: MountKind.Bind or MountKind.Volume })
            .Select(m => $"{m.Source}:{m.Target}{(m.Options is { Length: > 0 } mode ? ":" + mode : m.ReadOnly ? ":ro" : "")}"));
        if (request.Mounts.Any(m => m.IsDetailed))
            host["Mounts"] = new JsonArray([.. request.Mounts.Where(m => m.IsDetailed).Select(m => (JsonNode)Detailed(m))]);
        if (InspectJson.Map(request.Mounts.Where(m => m is { Kind: MountKind.Tmpfs, IsDetailed: false }).Select(m => KeyValuePair.Create(m.Target, m.Options ?? ""))) is { Count: > 0 } tmpfs)
            host["Tmpfs"] = tmpfs;
        host["VolumesFrom"] = InspectJson.ListOrNull(request.VolumesFrom);
    }

    // To docker, a volume that has a name is one that all may label unless something else is said.
    private static string ModeOf(MountRequest m) => m switch
    {
        { Kind: MountKind.Volume, IsDetailed: true } => "z",
        { Kind: MountKind.Bind or MountKind.Volume, Options: { Length: > 0 } options } => options,
        { Kind: MountKind.Bind or MountKind.Volume, IsDetailed: false, ReadOnly: true } => "ro",
        { Kind: MountKind.Volume, Anonymous: false } => "z",
        _ => "",
    };

    private static JsonObject Detailed(MountRequest m)
    {
        JsonObject mount = new() { ["Type"] = TypeOf(m), ["Source"] = m.Source, ["Target"] = m.Target };
        if (m.ReadOnly)
            mount["ReadOnly"] = true;
        if (m.Consistency is { } consistency)
            mount["Consistency"] = consistency;
        if (m.Kind is MountKind.Bind)
            mount["BindOptions"] = Bind(m);
        if (m.Kind is MountKind.Volume && (m.NoCopy || m.Subpath is not null || m.VolumeLabels.Count + m.VolumeOptions.Count > 0))
            mount["VolumeOptions"] = Volume(m);
        if (m.Kind is MountKind.Image)
            mount["ImageOptions"] = new JsonObject { ["Subpath"] = m.Subpath ?? "" };
        if (m.Kind is MountKind.Tmpfs)
            mount["TmpfsOptions"] = Tmpfs(m.Options ?? "");
        return mount;
    }

    private static JsonObject Bind(MountRequest m)
    {
        JsonObject bind = new() { ["NonRecursive"] = m.NonRecursive, ["CreateMountpoint"] = m.CreateSource, ["ReadOnlyNonRecursive"] = m.WritableBelow };
        if (m.Propagation is { } propagation)
            bind["Propagation"] = propagation;
        return bind;
    }

    private static JsonObject Volume(MountRequest m)
    {
        JsonObject volume = new() { ["NoCopy"] = m.NoCopy, ["Subpath"] = m.Subpath ?? "" };
        if (m.VolumeLabels.Count > 0)
            volume["Labels"] = InspectJson.Map(m.VolumeLabels);
        if (m.VolumeOptions.Count > 0)
            volume["DriverConfig"] = new JsonObject { ["Name"] = VolumeDriver.Local, ["Options"] = InspectJson.Map(m.VolumeOptions) };
        return volume;
    }

    private static JsonObject Tmpfs(string options)
    {
        JsonObject json = [];
        foreach (string option in options.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (option.StartsWith("size=", StringComparison.Ordinal))
                json["SizeBytes"] = long.Parse(option[5..], System.Globalization.CultureInfo.InvariantCulture);
            else if (option.StartsWith("mode=", StringComparison.Ordinal))
                json["Mode"] = Convert.ToInt32(option[5..], 8);
        }
        return json;
    }

    private static string TypeOf(MountRequest mount) => mount.Kind switch
    {
        MountKind.Bind => "bind",
        MountKind.Volume => "volume",
        MountKind.Tmpfs => "tmpfs",
        _ => "image",
    };
}

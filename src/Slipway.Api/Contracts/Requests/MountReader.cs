using System.Globalization;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Api.Contracts.Requests;

/// <summary>What is mounted: Binds, Mounts and Tmpfs of a HostConfig, and the Volumes of a Config. One parser reads them, slip's.</summary>
internal static class MountReader
{
    public static ContainerRequest Read(JsonInput body, JsonInput host, ContainerRequest request)
    {
        List<MountRequest> mounts =
        [
            .. (host.Texts("Binds") ?? []).Select(MountParser.Parse),
            .. host.Objects("Mounts").Select(m => DetailedMountParser.Parse([.. Fields(m)])),
            .. host.Map("Tmpfs").Select(t => MountParser.ParseTmpfs(t.Value.Length > 0 ? $"{t.Key}:{t.Value}" : t.Key)),
        ];
        // Each is a place as it is, whatever signs are in it. Where something is mounted already, it is no anonymous volume.
        foreach (string place in body.Keys("Volumes"))
        {
            var volume = new MountRequest(MountKind.Volume, "", MountParser.CleanTarget(place, place), ReadOnly: false, Anonymous: true);
            if (!mounts.Exists(m => m.Target == volume.Target))
                mounts.Add(volume);
        }
        return request with { Mounts = mounts, VolumesFrom = host.Texts("VolumesFrom") ?? [] };
    }

    // As --mount writes them.
    private static IEnumerable<string> Fields(JsonInput mount)
    {
        Check(mount);
        yield return "type=" + (mount.Text("Type") ?? "");
        if (mount.Text("Source") is { } source)
            yield return "source=" + source;
        if (mount.Text("Target") is { } target)
            yield return "target=" + target;
        if (mount.Text("Consistency") is { } consistency)
            yield return "consistency=" + consistency;
        if (mount.Flag("ReadOnly"))
            yield return "readonly";
        foreach (string field in BindFields(mount.Object("BindOptions")).Concat(VolumeFields(mount.Object("VolumeOptions"))).Concat(TmpfsFields(mount.Object("TmpfsOptions"))))
            yield return field;
        if (mount.Object("ImageOptions").Text("Subpath") is { } subpath)
            yield return "image-subpath=" + subpath;
    }

    // What no line of --mount could say, in dockerd's words.
    private static void Check(JsonInput mount)
    {
        string type = mount.Text("Type") ?? "";
        string? fault = mount.Text("Target") is null ? "Target must not be empty"
            : new[] { "BindOptions", "VolumeOptions", "TmpfsOptions", "ImageOptions" }.FirstOrDefault(o => mount.Has(o) && !o.StartsWith(type, StringComparison.OrdinalIgnoreCase)) is { } other ? other + " must not be specified"
            : null;
        if (fault is not null && type is "bind" or "volume" or "tmpfs" or "image")
            throw ApiException.BadRequest($"invalid mount config for type \"{type}\": field {fault}");
    }

    private static IEnumerable<string> BindFields(JsonInput bind)
    {
        if (bind.Text("Propagation") is { } propagation)
            yield return "bind-propagation=" + propagation;
        if (bind.Flag("CreateMountpoint"))
            yield return "bind-create-src";
        if (bind.Flag("NonRecursive"))
            yield return "bind-recursive=disabled";
        else if (bind.Flag("ReadOnlyNonRecursive"))
            yield return "bind-recursive=writable";
        else if (bind.Flag("ReadOnlyForceRecursive"))
            yield return "bind-recursive=readonly";
    }

    private static IEnumerable<string> VolumeFields(JsonInput volume)
    {
        if (volume.Flag("NoCopy"))
            yield return "volume-nocopy";
        if (volume.Text("Subpath") is { } subpath)
            yield return "volume-subpath=" + subpath;
        foreach ((string key, string value) in volume.Map("Labels"))
            yield return $"volume-label={key}={value}";
        JsonInput driver = volume.Object("DriverConfig");
        if (driver.Text("Name") is { } name)
            yield return "volume-driver=" + name;
        foreach ((string key, string value) in driver.Map("Options"))
            yield return $"volume-opt={key}={value}";
    }

    private static IEnumerable<string> TmpfsFields(JsonInput tmpfs)
    {
        if (tmpfs.NonZero("SizeBytes") is { } size)
            yield return string.Create(CultureInfo.InvariantCulture, $"tmpfs-size={size}");
        if (tmpfs.NonZero("Mode") is { } mode)
            yield return "tmpfs-mode=" + Convert.ToString(mode, 8);
    }
}

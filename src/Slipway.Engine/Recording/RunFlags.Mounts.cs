using Slipway.Engine.Containers.Requests;

namespace Slipway.Engine.Recording;

internal sealed partial class RunFlags
{
    private void AddMounts()
    {
        AddSet("--read-only", _request.Security.ReadOnly);
        foreach (MountRequest mount in _request.Mounts.Where(m => !m.IsInherited))
        {
            if (mount.IsDetailed || mount.Anonymous && mount.Target.Contains(':', StringComparison.Ordinal)) // -v would take it for two places
                Add("--mount", DetailedText(mount));
            else if (mount.Kind is MountKind.Tmpfs)
                Add("--tmpfs", mount.Target + (mount.Options is { Length: > 0 } options ? ":" + options : ""));
            else
                Add("--volume", VolumeText(mount));
        }
        AddAll("--volumes-from", _request.VolumesFrom);
    }

    /// <summary>A volume or bind mount as <c>-v</c> has it.</summary>
    public static string VolumeText(MountRequest mount) => mount.Anonymous
        ? mount.Target
        : $"{mount.Source}:{mount.Target}{(mount.Options is { Length: > 0 } options ? ":" + options : mount.ReadOnly ? ":ro" : "")}";

    private static string DetailedText(MountRequest mount)
    {
        List<string> fields = [$"type={NameOf(mount.Kind)}"];
        if (mount is { Anonymous: false, Source.Length: > 0 })
            fields.Add("source=" + mount.Source);
        fields.Add("target=" + mount.Target);
        if (mount.ReadOnly && mount.Kind is not MountKind.Image)
            fields.Add("readonly");
        if (mount.Propagation is { } propagation)
            fields.Add("bind-propagation=" + propagation);
        if (mount.NonRecursive)
            fields.Add("bind-recursive=disabled");
        if (mount.WritableBelow)
            fields.Add("bind-recursive=writable");
        if (mount is { CreateSource: true, Kind: MountKind.Bind })
            fields.Add("bind-create-src");
        if (mount.NoCopy)
            fields.Add("volume-nocopy");
        if (mount.Subpath is { } subpath)
            fields.Add($"{NameOf(mount.Kind)}-subpath={subpath}");
        fields.AddRange(mount.VolumeLabels.Select(l => $"volume-label={l.Key}={l.Value}"));
        fields.AddRange(mount.VolumeOptions.Select(o => $"volume-opt={o.Key}={o.Value}"));
        if (mount.Kind is MountKind.Tmpfs)
            fields.AddRange((mount.Options ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(o => "tmpfs-" + o));
        return string.Join(',', fields.Select(Field));
    }

    // A field with a comma or a quote stands in quotes, as in a line of CSV (RFC 4180, section 2).
    private static string Field(string text) => text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string NameOf(MountKind kind) => kind switch
    {
        MountKind.Bind => "bind",
        MountKind.Volume => "volume",
        MountKind.Tmpfs => "tmpfs",
        _ => "image",
    };
}

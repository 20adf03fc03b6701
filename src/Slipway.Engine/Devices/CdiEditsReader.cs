using Slipway.Oci.Json;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Devices;

/// <summary>Reads what a device changes: <c>containerEdits</c>.</summary>
internal static class CdiEditsReader
{
    public static CdiEdits? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        CdiEdits edits = CdiEdits.None;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "env": edits = edits with { Environment = json.Texts() ?? [] }; break;
                case "deviceNodes": edits = edits with { Nodes = json.List(ReadNode) ?? [] }; break;
                case "mounts": edits = edits with { Mounts = json.List(ReadMount) ?? [] }; break;
                case "hooks": edits = WithHooks(edits, json.List(ReadHook) ?? []); break;
                case "additionalGids": edits = edits with { Groups = json.UInt32s() ?? [] }; break;
                case "netDevices" or "intelRdt":
                    edits = edits with { Unsupported = [.. edits.Unsupported, name] };
                    json.Skip();
                    break;
                default: json.Skip(); break;
            }
        }
        return edits;
    }

    private static CdiNode? ReadNode(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var node = new CdiNode("", "");
        while (json.NextMember(out string? name))
        {
            node = name switch
            {
                "path" => node with { Path = json.Text() ?? "" },
                "hostPath" => node with { HostPath = json.Text() ?? "" },
                "type" => node with { Type = json.Text() is { Length: > 0 } type ? type : null },
                "major" => node with { Major = json.Int64() },
                "minor" => node with { Minor = json.Int64() },
                "fileMode" => node with { FileMode = json.UInt32() },
                "permissions" => node with { Access = json.Text() is { Length: > 0 } access ? access : node.Access },
                "uid" => node with { Uid = json.UInt32() },
                "gid" => node with { Gid = json.UInt32() },
                _ => Skipped(ref json, node),
            };
        }
        return node.Path.Length == 0 ? throw json.Missing("path") : node.HostPath.Length == 0 ? node with { HostPath = node.Path } : node;
    }

    private static MountSpec? ReadMount(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? source = null, target = null, type = null;
        List<string>? options = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "hostPath": source = json.Text(); break;
                case "containerPath": target = json.Text(); break;
                case "type": type = json.Text(); break;
                case "options": options = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        options ??= [];
        // A file of the host's is meant unless another type is said.
        if (string.IsNullOrEmpty(type) && !options.Contains("bind") && !options.Contains("rbind"))
            options.Add("rbind");
        return new()
        {
            Destination = target ?? throw json.Missing("containerPath"),
            Source = source ?? throw json.Missing("hostPath"),
            Type = string.IsNullOrEmpty(type) ? "bind" : type,
            Options = options,
        };
    }

    private static NamedHook? ReadHook(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? point = null, path = null;
        List<string>? arguments = null, environment = null;
        int? seconds = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "hookName": point = json.Text(); break;
                case "path": path = json.Text(); break;
                case "args": arguments = json.Texts(); break;
                case "env": environment = json.Texts(); break;
                case "timeout": seconds = json.Int32(); break;
                default: json.Skip(); break;
            }
        }
        return new(point ?? throw json.Missing("hookName"), new() { Path = path ?? throw json.Missing("path"), Args = arguments, Env = environment, Timeout = seconds });
    }

    private static CdiEdits WithHooks(CdiEdits edits, List<NamedHook> hooks)
    {
        List<HookSpec>? Of(string point) => hooks.Exists(h => h.Point == point) ? [.. hooks.Where(h => h.Point == point).Select(h => h.Hook)] : null;
        return edits with
        {
            Hooks = new() { Prestart = Of("prestart"), CreateRuntime = Of("createRuntime"), CreateContainer = Of("createContainer"), StartContainer = Of("startContainer") },
            // A container's end is its monitor's, which runs no programs.
            Unsupported = [.. edits.Unsupported, .. hooks.Select(h => h.Point).Where(p => p is not ("prestart" or "createRuntime" or "createContainer" or "startContainer")).Select(p => $"the hook {p}")],
        };
    }

    private static CdiNode Skipped(scoped ref JsonReader json, CdiNode node)
    {
        json.Skip();
        return node;
    }

    private sealed record NamedHook(string Point, HookSpec Hook);
}

using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>config.json as text. What is not null is written and comes back the same.</summary>
public static class RuntimeSpecJson
{
    /// <summary>Reads a config.json. Only its form is checked; whether it makes sense is the runtime's to say.</summary>
    /// <param name="document">The text, UTF-8.</param>
    /// <param name="what">Its name in errors, in quotes.</param>
    /// <exception cref="SlipwayException">InvalidArgument: a member is missing, is of another type or does not fit, with its path.</exception>
    public static RuntimeSpec Read(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, Read);

    /// <summary>Writes a config.json.</summary>
    public static byte[] Write(RuntimeSpec spec) => JsonWriter.Document(spec, Write);

    private static RuntimeSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? version = null, hostname = null, domainname = null;
        ProcessSpec? process = null;
        RootSpec? root = null;
        List<MountSpec>? mounts = null;
        HooksSpec? hooks = null;
        Dictionary<string, string>? annotations = null;
        LinuxSpec? linux = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "ociVersion": version = json.Text(); break;
                case "process": process = ProcessSpecJson.Read(ref json); break;
                case "root": root = ReadRoot(ref json); break;
                case "hostname": hostname = json.Text(); break;
                case "domainname": domainname = json.Text(); break;
                case "mounts": mounts = json.List(MountSpecJson.Read); break;
                case "hooks": hooks = HooksSpecJson.Read(ref json); break;
                case "annotations": annotations = json.StringMap(); break;
                case "linux": linux = LinuxSpecJson.Read(ref json); break;
                default: json.Skip(); break;
            }
        }
        return new RuntimeSpec
        {
            OciVersion = version ?? throw json.Missing("ociVersion"),
            Process = process,
            Root = root,
            Hostname = hostname,
            Domainname = domainname,
            Mounts = mounts,
            Hooks = hooks,
            Annotations = annotations,
            Linux = linux,
        };
    }

    private static void Write(JsonWriter json, RuntimeSpec spec)
    {
        json.Write("ociVersion"u8, spec.OciVersion);
        json.Write("process"u8, spec.Process, ProcessSpecJson.Write);
        json.Write("root"u8, spec.Root, static (json, root) =>
        {
            json.Write("path"u8, root.Path);
            json.Write("readonly"u8, root.Readonly);
        });
        json.Write("hostname"u8, spec.Hostname);
        json.Write("domainname"u8, spec.Domainname);
        json.Write("mounts"u8, spec.Mounts, MountSpecJson.Write);
        json.Write("hooks"u8, spec.Hooks, HooksSpecJson.Write);
        json.Write("annotations"u8, spec.Annotations);
        json.Write("linux"u8, spec.Linux, LinuxSpecJson.Write);
    }

    private static RootSpec? ReadRoot(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? path = null;
        bool? isReadOnly = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "path": path = json.Text(); break;
                case "readonly": isReadOnly = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new RootSpec { Path = path ?? throw json.Missing("path"), Readonly = isReadOnly };
    }
}

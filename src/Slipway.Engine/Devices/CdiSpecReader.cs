using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Engine.Devices;

/// <summary>Reads a file of the Container Device Interface, versions 0.3 to 1.0, as JSON or YAML. Members that are not known are passed over.</summary>
internal static class CdiSpecReader
{
    // Those of a machine with many devices have some ten thousand bytes.
    private const int MaxBytes = 4 << 20;

    /// <exception cref="SlipwayException">InvalidArgument: it is none, with the place of the first fault.</exception>
    public static CdiSpec Read(string path)
    {
        string what = $"'{path}'";
        byte[] bytes = ReadFile(path);
        if (!path.EndsWith(".json", StringComparison.Ordinal))
            bytes = YamlDocument.ToJson(bytes, what);
        return JsonReader.Read<CdiSpec>(bytes, what, ErrorKind.InvalidArgument, (scoped ref JsonReader json) => ReadSpec(ref json, path));
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': larger than {MaxBytes >> 20} MiB");
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': {e.Message}", e);
        }
    }

    private static CdiSpec? ReadSpec(scoped ref JsonReader json, string path)
    {
        if (!json.BeginObject())
            return null;
        string? version = null, kind = null;
        CdiEdits? edits = null;
        List<CdiDevice>? devices = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "cdiVersion": version = json.Text(); break;
                case "kind": kind = json.Text() is { } text && CdiName.IsKind(text) ? text : throw json.Error("expected a vendor and a class: vendor.example/class"); break;
                case "containerEdits": edits = CdiEditsReader.Read(ref json); break;
                case "devices": devices = json.List(ReadDevice); break;
                default: json.Skip(); break;
            }
        }
        _ = version ?? throw json.Missing("cdiVersion");
        return new(path, kind ?? throw json.Missing("kind"), edits ?? CdiEdits.None, devices ?? []);
    }

    private static CdiDevice? ReadDevice(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? device = null;
        CdiEdits? edits = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "name": device = json.Text(); break;
                case "containerEdits": edits = CdiEditsReader.Read(ref json); break;
                default: json.Skip(); break;
            }
        }
        return new(device ?? throw json.Missing("name"), edits ?? CdiEdits.None);
    }
}

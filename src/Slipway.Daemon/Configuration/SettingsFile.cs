using System.Text.Json;
using Slipway.Oci;

namespace Slipway.Daemon.Configuration;

/// <summary>Reads <c>daemon.json</c>.</summary>
internal static class SettingsFile
{
    private const string DefaultPath = "/etc/slipway/daemon.json";

    /// <summary>Adds the file's settings to those of the command line. The file in the usual place need not be there.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not JSON, an unknown name, or a value of another kind.</exception>
    public static void AddTo(SettingValues values)
    {
        string path = values.Text(SettingTable.ConfigFile) ?? DefaultPath;
        if (path == DefaultPath && !File.Exists(path))
            return;
        values.Merge(Read(File.ReadAllBytes(path), path), path);
    }

    private static SettingValues Read(byte[] text, string path)
    {
        var values = new SettingValues();
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                Setting setting = SettingTable.All.FirstOrDefault(s => s.Key == member.Name)
                    ?? throw Invalid(path, $"the following directives don't match any configuration option: {Linux.Printable.Escape(member.Name)}");
                foreach (string value in ValuesOf(setting, member.Value, path))
                    values.Add(setting, value);
            }
            return values;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid(path, e is JsonException json ? $"line {json.LineNumber + 1}: not well-formed" : "want an object");
        }
    }

    private static IEnumerable<string> ValuesOf(Setting setting, JsonElement value, string path) => (setting.Kind, value.ValueKind) switch
    {
        (SettingKind.Switch, JsonValueKind.True) => ["true"],
        (SettingKind.Switch, JsonValueKind.False) => ["false"],
        (SettingKind.Text, JsonValueKind.String) => [value.GetString()!],
        (SettingKind.Text, JsonValueKind.Number) => [value.GetRawText()],
        (SettingKind.List, JsonValueKind.Array) => value.EnumerateArray().Select(v => v.GetString()!),
        (SettingKind.List, JsonValueKind.Object) => value.EnumerateObject().Select(v => $"{v.Name}={(v.Value.ValueKind is JsonValueKind.Object ? Limit(v.Value) : v.Value.ToString())}"),
        _ => throw Invalid(path, $"{setting.Key}: want {setting.Kind switch { SettingKind.Switch => "true or false", SettingKind.Text => "a string", _ => "a list" }}"),
    };

    // As dockerd writes one: {"Name":"nofile","Soft":1024,"Hard":2048}.
    private static string Limit(JsonElement value) =>
        value.TryGetProperty("Soft", out JsonElement soft) && value.TryGetProperty("Hard", out JsonElement hard) ? $"{soft}:{hard}" : value.ToString();

    private static SlipwayException Invalid(string path, string why) => new(ErrorKind.InvalidArgument, $"unable to configure slipd with file '{path}': {why}");
}

using System.Text.Json;
using Slipway.Oci;

namespace Slipway.Daemon.Configuration;

/// <summary>Reads <c>daemon.json</c>.</summary>
internal static class SettingsFile
{
    // Of the last an object's members stand for themselves.
    private const string DefaultPath = "/etc/slipway/daemon.json", Proxies = "proxies";

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
        // As with dockerd, a file with nothing in it says nothing.
        if (text.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            return values;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            Read(document.RootElement, values, path);
            return values;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid(path, e is JsonException json ? $"line {json.LineNumber + 1}: not well-formed" : "want an object");
        }
    }

    private static void Read(JsonElement members, SettingValues values, string path)
    {
        string[] unknown = [.. members.EnumerateObject().Select(m => m.Name).Where(name => name != Proxies && Find(name) is null).Select(Linux.Printable.Escape)];
        if (unknown.Length > 0)
            throw Invalid(path, $"the following directives don't match any configuration option: {string.Join(", ", unknown)}");
        foreach (JsonProperty member in members.EnumerateObject())
        {
            if (member.Name == Proxies)
            {
                Read(member.Value, values, path);
                continue;
            }
            Setting setting = Find(member.Name)!;
            foreach (string value in ValuesOf(setting, member.Value, path))
                values.Add(setting, value);
        }
    }

    private static Setting? Find(string key) => SettingTable.All.FirstOrDefault(s => s.Key == key);

    private static IEnumerable<string> ValuesOf(Setting setting, JsonElement value, string path) => (setting.Kind, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => [],
        (SettingKind.Switch, JsonValueKind.True) => ["true"],
        (SettingKind.Switch, JsonValueKind.False) => ["false"],
        (SettingKind.Text, JsonValueKind.String) => [value.GetString()!],
        (SettingKind.Text, JsonValueKind.Number) => [value.GetRawText()],
        (SettingKind.List, JsonValueKind.Array) => value.EnumerateArray().Select(v => v.ValueKind is JsonValueKind.Object ? Pairs(v) : v.GetString()!),
        (SettingKind.List, JsonValueKind.Object) => value.EnumerateObject().SelectMany(Members),
        _ => throw Invalid(path, $"{setting.Key}: want {setting.Kind switch { SettingKind.Switch => "true or false", SettingKind.Text => "a string", _ => "a list" }}"),
    };

    // {"base":"10.0.0.0/8","size":24} is what the flag says as base=10.0.0.0/8,size=24.
    private static string Pairs(JsonElement members) => string.Join(',', members.EnumerateObject().Select(m => $"{m.Name}={m.Value}"));

    // One of an object's is name=value; {"bridge":{"key":"value"}} is bridge=key=value for each.
    private static IEnumerable<string> Members(JsonProperty member)
    {
        if (member.Value.ValueKind is not JsonValueKind.Object)
            return [$"{member.Name}={(member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.Value.GetRawText() : member.Value.ToString())}"];
        return Limit(member.Value) is { } limit ? [$"{member.Name}={limit}"]
            : member.Value.TryGetProperty("path", out JsonElement program) ? [$"{member.Name}={program}"]
            : member.Value.EnumerateObject().Select(m => $"{member.Name}={m.Name}={m.Value}");
    }

    // As dockerd writes one: {"Name":"nofile","Soft":1024,"Hard":2048}.
    private static string? Limit(JsonElement value) =>
        value.TryGetProperty("Soft", out JsonElement soft) && value.TryGetProperty("Hard", out JsonElement hard) ? $"{soft}:{hard}" : null;

    private static SlipwayException Invalid(string path, string why) => new(ErrorKind.InvalidArgument, $"unable to configure the Docker daemon with file {path}: {why}");
}

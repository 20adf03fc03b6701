using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>
/// The specification's own word on what an answer looks like: the swagger file, read by python3-yaml. Checked are types, members, enumerations and
/// what may be null; Go's clients take null for any list, object or pointer, so those may be.
/// </summary>
internal sealed class ApiSchema
{
    private static readonly string s_specification = Path.GetFullPath(Path.Combine(Slip.Checkout, "../shared/reference/docker-engine-api.yaml"));

    // Pointers in dockerd, and null in its answers too, whatever the file says.
    private static readonly string[] s_pointers = [".MemorySwappiness", ".ExitCode"];

    private readonly JsonNode _root;

    private ApiSchema(JsonNode root) => _root = root;

    /// <summary>Reads it; skips the test where the file or the reader isn't there.</summary>
    public static ApiSchema Load()
    {
        Assert.SkipUnless(File.Exists(s_specification), $"{s_specification} is not here");
        var start = new ProcessStartInfo(Needs.Program("python3")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("import json,sys,yaml; json.dump(yaml.load(open(sys.argv[1]), Loader=yaml.BaseLoader), sys.stdout)");
        start.ArgumentList.Add(s_specification);
        using Process python = Process.Start(start)!;
        Task<string> errors = python.StandardError.ReadToEndAsync();
        string json = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.SkipWhen(errors.Result.Contains("No module named 'yaml'", StringComparison.Ordinal), "python3-yaml is not installed");
        Assert.True(python.ExitCode == 0, errors.Result);
        return new(JsonNode.Parse(json)!);
    }

    /// <summary>What is wrong with an answer; empty: nothing.</summary>
    public List<string> Check(string method, string path, string status, JsonNode? answer)
    {
        JsonNode? schema = _root["paths"]?[path]?[method]?["responses"]?[status]?["schema"];
        Assert.True(schema is not null, $"{method} {path} has no answer {status} in the specification");
        List<string> wrong = [];
        Check(answer, schema, path, wrong);
        return wrong;
    }

    private void Check(JsonNode? value, JsonNode schema, string at, List<string> wrong)
    {
        if (schema["$ref"] is { } reference)
        {
            Check(value, _root["definitions"]![reference.GetValue<string>()["#/definitions/".Length..]]!, at, wrong);
            return;
        }
        foreach (JsonNode? part in schema["allOf"]?.AsArray() ?? [])
            Check(value, part!, at, wrong);
        string? type = schema["type"]?.GetValue<string>();
        if (value is null)
        {
            if (type is "string" or "integer" or "boolean" or "number" && schema["x-nullable"]?.GetValue<string>() != "true" && !s_pointers.Any(p => at.EndsWith(p, StringComparison.Ordinal)))
                wrong.Add($"{at} is null");
            return;
        }
        bool fits = type switch
        {
            "string" => value.GetValueKind() is System.Text.Json.JsonValueKind.String,
            "integer" => value is JsonValue number && number.TryGetValue(out long _),
            "number" => value.GetValueKind() is System.Text.Json.JsonValueKind.Number,
            "boolean" => value.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
            "array" => value is JsonArray,
            "object" => value is JsonObject,
            _ => true,
        };
        if (!fits)
        {
            wrong.Add($"{at} is {value.GetValueKind()}, want {type}: {value.ToJsonString()}");
            return;
        }
        if (schema["enum"] is JsonArray allowed && type == "string" && !allowed.Any(a => a!.GetValue<string>() == value.GetValue<string>()))
            wrong.Add($"{at} is '{value}', want one of {allowed.ToJsonString()}");
        CheckMembers(value, schema, at, wrong);
    }

    private void CheckMembers(JsonNode value, JsonNode schema, string at, List<string> wrong)
    {
        if (value is JsonArray list && schema["items"] is { } items)
        {
            for (int i = 0; i < list.Count; i++)
                Check(list[i], items, $"{at}[{i}]", wrong);
        }
        if (value is not JsonObject members)
            return;
        foreach (JsonNode? required in schema["required"]?.AsArray() ?? [])
        {
            if (!members.ContainsKey(required!.GetValue<string>()))
                wrong.Add($"{at} lacks {required}");
        }
        foreach ((string name, JsonNode? member) in members)
        {
            if (schema["properties"]?[name] is { } known)
                Check(member, known, $"{at}.{name}", wrong);
            else if (schema["additionalProperties"] is JsonObject any)
                Check(member, any, $"{at}.{name}", wrong);
        }
    }
}

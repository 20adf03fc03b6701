using System.Text.Json;

namespace Slipway.Api.Wire;

/// <summary>
/// An object of a request. Names are found as Go finds them: exactly, else whatever their case; null and missing are the same, and what
/// isn't known is passed over. A value of another kind is refused by its path.
/// </summary>
/// <param name="Element">The object.</param>
/// <param name="Path">Where it stands, for messages: <c>HostConfig.</c>.</param>
internal readonly record struct JsonInput(JsonElement Element, string Path)
{
    private static readonly JsonElement s_empty = JsonDocument.Parse("{}").RootElement;

    public static JsonInput Empty { get; } = new(s_empty, "");

    /// <summary>The member's value; null where it is null or missing.</summary>
    public JsonElement? Find(string name)
    {
        if (Element.TryGetProperty(name, out JsonElement exact))
            return exact.ValueKind is JsonValueKind.Null ? null : exact;
        foreach (JsonProperty member in Element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value.ValueKind is JsonValueKind.Null ? null : member.Value;
        }
        return null;
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>A string; null where it is empty too, which Go's clients write for nothing.</summary>
    public string? Text(string name) => Find(name) is { } value && StringOf(value, name) is { Length: > 0 } text ? text : null;

    /// <summary>A whole number.</summary>
    public long? Long(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out long number) ? number : throw Expected(name, "a whole number");
    }

    /// <summary>A whole number; null where it is 0, which Go's clients write for nothing.</summary>
    public long? NonZero(string name) => Long(name) is { } number and not 0 ? number : null;

    /// <summary>A whole number of 32 bits.</summary>
    public int? Int(string name) => Long(name) is { } number ? number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Expected(name, "a number of 32 bits") : null;

    public bool? Bool(string name) => Find(name) is { } value
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Expected(name, "true or false"),
        }
        : null;

    public bool Flag(string name) => Bool(name) ?? false;

    /// <summary>A list of strings; null where it is null or missing. One string alone is a list of it, as docker reads commands.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.String)
            return [StringOf(value, name)];
        if (value.ValueKind is not JsonValueKind.Array)
            throw Expected(name, "a list of strings");
        List<string> texts = new(value.GetArrayLength());
        foreach (JsonElement element in value.EnumerateArray())
            texts.Add(StringOf(element, name));
        return texts;
    }

    /// <summary>An object of strings; empty where it is missing. A value that is null is an empty string.</summary>
    public IReadOnlyDictionary<string, string> Map(string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty member in MembersOf(name))
            map[member.Name] = member.Value.ValueKind is JsonValueKind.Null ? "" : StringOf(member.Value, $"{name}.{member.Name}");
        return map;
    }

    /// <summary>The names in an object that is a set: <c>{"80/tcp":{}}</c>.</summary>
    public IReadOnlyList<string> Keys(string name) => [.. MembersOf(name).Select(m => m.Name)];

    /// <summary>An object; an empty one where it is missing.</summary>
    public JsonInput Object(string name) => TryObject(name) ?? new(s_empty, $"{Path}{name}.");

    /// <summary>An object; null where it is missing.</summary>
    public JsonInput? TryObject(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind is JsonValueKind.Object ? new JsonInput(value, $"{Path}{name}.") : throw Expected(name, "an object");
    }

    /// <summary>A list of objects; empty where it is missing.</summary>
    public IReadOnlyList<JsonInput> Objects(string name)
    {
        if (Find(name) is not { } value)
            return [];
        if (value.ValueKind is not JsonValueKind.Array)
            throw Expected(name, "a list of objects");
        List<JsonInput> objects = new(value.GetArrayLength());
        foreach (JsonElement element in value.EnumerateArray())
            objects.Add(element.ValueKind is JsonValueKind.Object ? new JsonInput(element, $"{Path}{name}.") : throw Expected(name, "a list of objects"));
        return objects;
    }

    /// <summary>An object whose names are data, each an object; null for those that are null.</summary>
    public IReadOnlyList<(string Name, JsonInput? Value)> Entries(string name)
    {
        string path = Path;
        return [.. MembersOf(name).Select(m => (m.Name, m.Value.ValueKind switch
        {
            JsonValueKind.Object => new JsonInput(m.Value, $"{path}{name}.{m.Name}."),
            JsonValueKind.Null => (JsonInput?)null,
            _ => throw ApiException.BadRequest($"invalid JSON: {path}{name}.{Linux.Printable.Escape(m.Name)}: want an object"),
        }))];
    }

    /// <summary>The refusal of a member's value.</summary>
    public ApiException Expected(string name, string want) => ApiException.BadRequest($"invalid JSON: {Path}{name}: want {want}");

    private IEnumerable<JsonProperty> MembersOf(string name)
    {
        if (Find(name) is not { } value)
            return [];
        return value.ValueKind is JsonValueKind.Object ? value.EnumerateObject() : throw Expected(name, "an object");
    }

    private string StringOf(JsonElement value, string name)
    {
        if (value.ValueKind is not JsonValueKind.String)
            throw Expected(name, "a string");
        try
        {
            string text = value.GetString()!;
            // Goes to the kernel sooner or later, which would cut it there.
            return text.Contains('\0', StringComparison.Ordinal) ? throw Expected(name, "a string without NUL bytes") : text;
        }
        catch (InvalidOperationException)
        {
            throw Expected(name, "valid Unicode");
        }
    }
}

namespace Slipway.Build.Dockerfile;

/// <summary>Reads <c># key=value</c> comments, until the first line that is anything else: from there on they are comments.</summary>
internal static class DirectiveReader
{
    public static Directives Read(DockerfileSource source)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < source.Lines.Count && Split(source.Lines[i]) is var (key, value); i++)
        {
            if (!found.TryAdd(key, value))
                throw source.Error(new(i + 1, i + 1), $"only one {key} parser directive can be used");
            if (key == "escape" && value is not ("\\" or "`"))
                throw source.Error(new(i + 1, i + 1), $"invalid escape token '{value}': want ` or \\");
        }
        return new(
            found.TryGetValue("escape", out string? escape) ? escape[0] : '\\',
            found.GetValueOrDefault("syntax"),
            found.GetValueOrDefault("check"));
    }

    private static (string Key, string Value)? Split(string line)
    {
        string text = line.Trim();
        if (!text.StartsWith('#') || text.IndexOf('=', StringComparison.Ordinal) is not (> 0 and int equals))
            return null;
        string key = text[1..equals].Trim().ToLowerInvariant();
        return key is "syntax" or "escape" or "check" ? (key, text[(equals + 1)..].Trim()) : null;
    }
}

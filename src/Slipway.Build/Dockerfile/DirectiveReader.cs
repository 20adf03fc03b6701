using Slipway.Build.Lint;

namespace Slipway.Build.Dockerfile;

/// <summary>Reads <c># key=value</c> comments, until the first line that is anything else: from there on they are comments.</summary>
internal static class DirectiveReader
{
    public static Directives Read(DockerfileSource source)
    {
        var found = new Dictionary<string, (string Value, int Line)>(StringComparer.Ordinal);
        for (int i = 0; i < source.Lines.Count && Split(source.Lines[i]) is var (key, value); i++)
        {
            if (!found.TryAdd(key, (value, i + 1)))
                throw source.Error(new(i + 1, i + 1), $"only one {key} parser directive can be used");
            if (key == "escape" && value is not ("\\" or "`"))
                throw source.Error(new(i + 1, i + 1), $"invalid escape token '{value}': want ` or \\");
            if (key == "syntax" && Frontend.Refusal(value) is { } refusal)
                throw source.Error(new(i + 1, i + 1), refusal, Oci.ErrorKind.NotSupported);
        }
        return new(
            found.TryGetValue("escape", out (string Value, int Line) escape) ? escape.Value[0] : '\\',
            found.GetValueOrDefault("syntax").Value,
            Settings(source, found.GetValueOrDefault("check")));
    }

    /// <summary>The front end that a file asks for; null for none, and where its directives are wrong.</summary>
    public static string? FindSyntax(DockerfileSource source)
    {
        try
        {
            return Read(source).Syntax;
        }
        catch (DockerfileException)
        {
            return null;
        }
    }

    private static LintSettings Settings(DockerfileSource source, (string? Value, int Line) check)
    {
        try
        {
            return check.Value is null ? LintSettings.Default : LintSettings.Parse(check.Value);
        }
        catch (FormatException e)
        {
            throw source.Error(new(check.Line, check.Line), e.Message, inner: e);
        }
    }

    private static (string Key, string Value)? Split(string line)
    {
        if (!line.StartsWith('#') || line.IndexOf('=', StringComparison.Ordinal) is not (> 0 and int equals))
            return null;
        string key = line[1..equals].Trim().ToLowerInvariant(), value = line[(equals + 1)..].Trim();
        return key is "syntax" or "escape" or "check" && value.Length > 0 ? (key, value) : null;
    }
}

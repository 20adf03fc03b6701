using Slipway.Build.Dockerfile;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>
/// Patterns for paths, as a <c>.dockerignore</c>, <c>--exclude</c> and <c>--parents</c> have them: in order, the last that matches wins,
/// <c>!</c> takes back, and what matches a directory holds for everything below it.
/// </summary>
internal sealed class PathPatterns
{
    /// <summary>Bytes of the largest ignore file.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Rules in one file.</summary>
    public const int MaxRules = 10_000;

    private readonly List<(GlobPattern Pattern, bool Exception, string Text)> _rules;

    private PathPatterns(List<(GlobPattern, bool, string)> rules)
    {
        _rules = rules;
        HasExceptions = rules.Exists(rule => rule.Item2);
    }

    /// <summary>No rules: nothing matches.</summary>
    public static PathPatterns None { get; } = new([]);

    /// <summary>Whether something below a directory that matches may not match after all.</summary>
    public bool HasExceptions { get; }

    /// <summary>The patterns as texts, in order, cleaned as docker cleans them.</summary>
    public IReadOnlyList<string> Texts => [.. _rules.Select(rule => rule.Text)];

    /// <summary>Reads patterns that stand alone.</summary>
    /// <exception cref="FormatException">A malformed pattern.</exception>
    public static PathPatterns Of(IEnumerable<string> patterns) => new([.. patterns.Select(ParsePattern).OfType<(GlobPattern, bool, string)>()]);

    /// <summary>Reads an ignore file's text.</summary>
    /// <exception cref="DockerfileException">InvalidArgument, with the line: a malformed pattern, a lone <c>!</c>, too many rules.</exception>
    public static PathPatterns Parse(DockerfileSource source)
    {
        var rules = new List<(GlobPattern, bool, string)>();
        for (int i = 0; i < source.Lines.Count; i++)
        {
            try
            {
                if (ParseLine(source.Lines[i]) is { } rule)
                    rules.Add(rule);
            }
            catch (FormatException e)
            {
                throw source.Error(new(i + 1, i + 1), e.Message, ErrorKind.InvalidArgument, e);
            }
            if (rules.Count > MaxRules)
                throw source.Error(new(i + 1, i + 1), $"more than {MaxRules} rules");
        }
        return new(rules);
    }

    /// <summary>The verdict on the context itself, from which those on its entries follow.</summary>
    public Verdict Root => new(false, null);

    /// <summary>The verdict on an entry.</summary>
    /// <param name="parent">That on its directory.</param>
    /// <param name="path">From the context's root, without a leading slash.</param>
    public Verdict Judge(Verdict parent, string path)
    {
        bool matches = false;
        bool[]? matched = null;
        for (int i = 0; i < _rules.Count; i++)
        {
            // A rule that would change nothing is not looked at, and then doesn't hold for what is below either: `!d` after a rule for files in d takes none
            // of them back. Docker's matcher does so (moby/patternmatcher, MatchesUsingParentResults).
            if (parent.Matched?[i] != true && (_rules[i].Exception != matches || !_rules[i].Pattern.IsMatch(path)))
                continue;
            (matched ??= new bool[_rules.Count])[i] = true;
            matches = !_rules[i].Exception;
        }
        return new(matches, matched);
    }

    /// <summary>The verdict on a path, by way of all its parents.</summary>
    public Verdict Judge(string path)
    {
        Verdict verdict = Root;
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            verdict = Judge(verdict, path[..slash]);
        return Judge(verdict, path);
    }

    private static (GlobPattern, bool, string)? ParseLine(string line) => line.StartsWith('#') ? null : ParsePattern(line);

    private static (GlobPattern, bool, string)? ParsePattern(string text)
    {
        if (text.Trim() is not { Length: > 0 } pattern)
            return null;
        bool exception = pattern.StartsWith('!');
        pattern = exception ? pattern[1..].Trim() : pattern;
        if (pattern.Length == 0)
            throw new FormatException("illegal exclusion pattern: '!'");
        pattern = GoPath.Clean(pattern);
        pattern = pattern.Length > 1 && pattern[0] == '/' ? pattern[1..] : pattern;
        return (GlobPattern.Parse(pattern, doubleStar: true), exception, exception ? "!" + pattern : pattern);
    }

    /// <summary>Whether a path matches, and which rules said something about it (null: none did).</summary>
    public readonly record struct Verdict(bool IsMatch, bool[]? Matched);
}

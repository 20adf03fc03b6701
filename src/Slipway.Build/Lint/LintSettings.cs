namespace Slipway.Build.Lint;

/// <summary>What <c># check=skip=A,B;error=true;experimental=C</c> says.</summary>
internal sealed record LintSettings
{
    private const string All = "all";

    /// <summary>Every rule but the experimental ones, as warnings.</summary>
    public static LintSettings Default { get; } = new();

    public IReadOnlySet<string> Skipped { get; init; } = new HashSet<string>();

    public IReadOnlySet<string> Experimental { get; init; } = new HashSet<string>();

    /// <summary>Findings fail the build.</summary>
    public bool IsError { get; init; }

    /// <summary>Reads the value of the directive.</summary>
    /// <exception cref="FormatException">An unknown option, or a value that is none.</exception>
    public static LintSettings Parse(string text)
    {
        LintSettings settings = Default;
        foreach (string part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            (string key, string value) = equals < 0 ? (part, "") : (part[..equals].Trim(), part[(equals + 1)..].Trim());
            settings = key switch
            {
                "skip" => settings with { Skipped = Names(value) },
                "experimental" => settings with { Experimental = Names(value) },
                "error" => settings with { IsError = Bool(value) },
                _ => throw new FormatException($"invalid check option '{part}': want skip=RULE,… error=true or experimental=RULE,…"),
            };
        }
        return settings;
    }

    /// <summary>Both together: for an instruction with a directive of its own above it.</summary>
    public LintSettings With(LintSettings other) => this with
    {
        Skipped = new HashSet<string>(Skipped.Union(other.Skipped)),
        Experimental = new HashSet<string>(Experimental.Union(other.Experimental)),
    };

    public bool Wants(LintRule rule) => rule.IsExperimental
        ? Experimental.Contains(All) || Experimental.Contains(rule.Name)
        : !Skipped.Contains(All) && !Skipped.Contains(rule.Name);

    private static HashSet<string> Names(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static bool Bool(string value) => value.ToLowerInvariant() switch
    {
        "1" or "t" or "true" => true,
        "0" or "f" or "false" => false,
        _ => throw new FormatException($"invalid check option 'error={value}': want true or false"),
    };
}

using System.Text.RegularExpressions;

namespace Slipway.Build.Fetching;

/// <summary>
/// A git repository as ADD and build contexts name it: <c>https://host/repo.git#ref:subdir</c>, <c>git@host:repo#ref</c>, or with the same as a
/// query: <c>?ref= tag= branch= subdir= checksum= keep-git-dir= submodules= fetch-by-commit= mtime=</c>.
/// </summary>
public sealed partial record GitReference
{
    private const int MaxLength = 4096;

    private GitReference(string remote) => Remote = remote;

    /// <summary>What git is given: no fragment, no query.</summary>
    public string Remote { get; private init; }

    /// <summary>Branch, tag or commit; null: the remote's HEAD.</summary>
    public string? Ref { get; private init; }

    /// <summary>Directory in the repository; null: all of it.</summary>
    public string? Subdirectory { get; private init; }

    /// <summary>What the commit must be, or begin with; null: whatever it is.</summary>
    public string? Checksum { get; private init; }

    /// <summary>Whether <c>.git</c> comes too.</summary>
    public bool? KeepsGitDirectory { get; private init; }

    /// <summary>Whether submodules come too.</summary>
    public bool WithSubmodules { get; private init; } = true;

    /// <summary>Whether the commit of <see cref="Checksum"/> is fetched by its name, whatever <see cref="Ref"/> means by now.</summary>
    public bool FetchesByCommit { get; private init; }

    /// <summary>Whether the words of a source name something on the network.</summary>
    public static bool IsRemote(string text) => IsHttp(text) || Looks(text);

    /// <summary>Whether it is a URL of http or https.</summary>
    public static bool IsHttp(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads it; null where it is something else: a path, or a URL without <c>.git</c>.</summary>
    /// <exception cref="FormatException">It is one, and something in it is wrong: an option where a name should be, an unknown query.</exception>
    public static GitReference? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!IsRemote(text) || text.Length > MaxLength)
            return null;
        (string rest, string? fragment) = Cut(text, '#');
        (string remote, string? query) = Cut(rest, '?');
        if (IsHttp(text) && !remote.EndsWith(".git", StringComparison.Ordinal))
            return null;
        (string? @ref, string? subdirectory) = fragment is null ? (null, null) : Cut(fragment, ':');
        var reference = new GitReference(remote) { Ref = NullIfEmpty(@ref), Subdirectory = NullIfEmpty(subdirectory) };
        foreach (string pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
            reference = reference.With(pair);
        reference.Check();
        return reference;
    }

    /// <summary>With what flags say; where the reference says it too, both must agree.</summary>
    /// <exception cref="FormatException">They don't.</exception>
    public GitReference With(bool? keepsGitDirectory, string? checksum)
    {
        if (keepsGitDirectory is not null && KeepsGitDirectory is not null && keepsGitDirectory != KeepsGitDirectory)
            throw new FormatException("--keep-git-dir and the repository's keep-git-dir disagree");
        if (checksum is not null && Checksum is not null && checksum != Checksum)
            throw new FormatException($"checksum mismatch: --checksum={checksum}, and the repository's says {Checksum}");
        GitReference both = this with { KeepsGitDirectory = KeepsGitDirectory ?? keepsGitDirectory, Checksum = Checksum ?? checksum };
        both.Check();
        return both;
    }

    /// <summary>The repository alone.</summary>
    public GitReference WithoutSubmodules() => this with { WithSubmodules = false };

    private GitReference With(string pair)
    {
        (string key, string? value) = Cut(pair, '=');
        value = value is null ? null : Uri.UnescapeDataString(value);
        if (string.IsNullOrEmpty(value) && key is not ("submodules" or "keep-git-dir" or "fetch-by-commit"))
            throw new FormatException($"query '{key}' of a git repository has no value");
        return key switch
        {
            "ref" => this with { Ref = Same("ref", Ref, value!) },
            "tag" => this with { Ref = Same("ref", Ref, Prefixed("refs/tags/", value!)) },
            "branch" => this with { Ref = Same("ref", Ref, Prefixed("refs/heads/", value!)) },
            "subdir" => this with { Subdirectory = Same("subdir", Subdirectory, value!) },
            "checksum" or "commit" => this with { Checksum = Same("checksum", Checksum, value!) },
            "keep-git-dir" => this with { KeepsGitDirectory = Bool(key, value) },
            "submodules" => this with { WithSubmodules = Bool(key, value) },
            "fetch-by-commit" => this with { FetchesByCommit = Bool(key, value) },
            // Times of files are the image's anyway, which is the commit's unless somebody says otherwise.
            "mtime" when value is "commit" or "checkout" => this,
            _ => throw new FormatException($"unexpected query '{Linux.Printable.Escape(key)}' of a git repository"),
        };
    }

    // Nothing of it may look like an option to git, or lead somewhere else than it says (CVE-2019-13139).
    private void Check()
    {
        if (Remote.StartsWith('-') || Remote.AsSpan().ContainsAny('\0', '\n', '\r'))
            throw new FormatException("invalid git repository: its name begins with '-', or holds a line end");
        if (Ref is not null && (Ref.StartsWith('-') || !RefNames().IsMatch(Ref)))
            throw new FormatException($"invalid git reference '{Linux.Printable.Escape(Ref)}'");
        if (Checksum is not null && !Commits().IsMatch(Checksum))
            throw new FormatException($"invalid git checksum '{Linux.Printable.Escape(Checksum)}': want a commit's hexadecimal name");
        if (FetchesByCommit && Checksum?.Length is not (40 or 64))
            throw new FormatException("fetch-by-commit needs a checksum that names the whole commit");
        if (Subdirectory is not null && Subdirectory.Split('/').Contains(".."))
            throw new FormatException($"invalid git subdirectory '{Linux.Printable.Escape(Subdirectory)}': it leads out of the repository");
    }

    private static bool Looks(string text) =>
        text.StartsWith("git://", StringComparison.Ordinal) || text.StartsWith("ssh://", StringComparison.Ordinal) || ScpNames().IsMatch(text);

    private static string Same(string what, string? before, string now) =>
        before is null || before == now ? now : throw new FormatException($"{what} conflicts: '{before}' and '{now}'");

    private static string Prefixed(string prefix, string name) => name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name;

    private static bool Bool(string key, string? value) => value?.ToLowerInvariant() switch
    {
        null or "" or "1" or "true" or "t" => true,
        "0" or "false" or "f" => false,
        _ => throw new FormatException($"invalid {key} value: '{Linux.Printable.Escape(value)}'"),
    };

    private static (string Head, string? Tail) Cut(string text, char at)
    {
        int index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // git check-ref-format(1), roughly: what is left has no meaning to git or to a shell.
    [GeneratedRegex(@"^(?!.*\.\.)(?!.*//)[A-Za-z0-9_.+/@-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex RefNames();

    [GeneratedRegex("^[0-9a-f]{7,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Commits();

    [GeneratedRegex("^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[^/].*$", RegexOptions.CultureInvariant)]
    private static partial Regex ScpNames();
}

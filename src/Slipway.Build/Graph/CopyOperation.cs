using Slipway.Build.Context;
using Slipway.Oci;

namespace Slipway.Build.Graph;

/// <summary>Copies files of a context, of input 1 or from elsewhere into input 0.</summary>
/// <param name="Sources">In order.</param>
/// <param name="Destination">Absolute; a slash at its end says directory.</param>
internal sealed record CopyOperation(IReadOnlyList<CopySource> Sources, string Destination) : Operation
{
    /// <summary><c>user[:group]</c>, by name or number; null means the default.</summary>
    public string? Chown { get; init; }

    /// <summary>Permission bits for every file and directory copied; null keeps theirs.</summary>
    public ModeChange? Mode { get; init; }

    /// <summary>The context whose files are meant: empty for the build's own, null for input 1.</summary>
    public string? Context { get; init; } = "";

    /// <summary>Patterns of what is left out, below each source; as in an ignore file.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>The layer is made on nothing: it is the same whatever it lies on.</summary>
    public bool IsLink { get; init; }

    public override void Describe(Ingredients ingredients)
    {
        ingredients.Add("operation", "copy").Add("destination", Destination).Add("chown", Chown ?? "").Add("chmod", Mode?.ToString() ?? "")
            .Add("from", Context is null ? "input" : $"context {Context}").AddAll("exclude", Excludes).Add("link", IsLink ? "yes" : "no");
        foreach (CopySource source in Sources)
            source.Describe(ingredients);
    }
}

/// <summary>One source of a COPY or ADD.</summary>
internal abstract record CopySource
{
    public abstract void Describe(Ingredients ingredients);
}

/// <summary>Files by a path that may have wildcards, from the root of the context or of input 1.</summary>
/// <param name="Path">The path.</param>
/// <param name="Unpack">Archives become what they hold.</param>
/// <param name="Include">Only what matches, below the path: with its directories (<c>--parents</c>). Null: everything.</param>
internal sealed record PathSource(string Path, bool Unpack, string? Include) : CopySource
{
    public override void Describe(Ingredients ingredients) => ingredients.Add("path", Path).Add("unpack", Unpack ? "yes" : "no").Add("include", Include ?? "");
}

/// <summary>A here-document.</summary>
internal sealed record DocumentSource(string Name, string Content) : CopySource
{
    public override void Describe(Ingredients ingredients) => ingredients.Add("document", Name).Add("content", Content);
}

/// <summary>A file of a server.</summary>
/// <param name="Url">http or https.</param>
/// <param name="Checksum">What its content must be; null: whatever it is.</param>
/// <param name="Unpack">An archive becomes what it holds.</param>
internal sealed record UrlSource(Uri Url, Digest? Checksum, bool Unpack) : CopySource
{
    public override void Describe(Ingredients ingredients) =>
        ingredients.Add("url", Url.OriginalString).Add("checksum", Checksum?.ToString() ?? "").Add("unpack", Unpack ? "yes" : "no");

    /// <summary>Makes sure that what came is what the checksum says.</summary>
    /// <exception cref="SlipwayException">Corrupt.</exception>
    public void Require(Digest fetched)
    {
        if (Checksum is { } wanted && wanted != fetched)
            throw new SlipwayException(ErrorKind.Corrupt, $"digest mismatch of {Linux.Printable.Escape(Url.OriginalString)}: it is {fetched}, and --checksum says {wanted}");
    }
}

/// <summary>The files of a git repository.</summary>
internal sealed record RepositorySource(Fetching.GitReference Repository) : CopySource
{
    public override void Describe(Ingredients ingredients) => ingredients.Add("repository", Repository.ToString());
}

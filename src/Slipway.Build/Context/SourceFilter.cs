namespace Slipway.Build.Context;

/// <summary>Which of the things below a source are taken: what <c>--parents</c> names, without what <c>--exclude</c> leaves out.</summary>
internal sealed class SourceFilter(PathPatterns? include, PathPatterns excludes)
{
    /// <summary>Everything.</summary>
    public static SourceFilter All { get; } = new(null, PathPatterns.None);

    /// <summary>The filter of one source.</summary>
    /// <param name="include">Pattern of what is taken; null for everything.</param>
    /// <param name="excludes">Patterns of what is not.</param>
    /// <exception cref="FormatException">A malformed pattern.</exception>
    public static SourceFilter Of(string? include, IReadOnlyList<string> excludes) =>
        include is null && excludes.Count == 0 ? All : new(include is null ? null : PathPatterns.Of([include]), PathPatterns.Of(excludes));

    /// <summary>The verdict on the source itself, from which those on what is below follow.</summary>
    public Verdict Root => new(default, default, IsIn: true);

    /// <summary>The verdict on an entry.</summary>
    /// <param name="parent">That on its directory.</param>
    /// <param name="path">From the source, without a leading slash.</param>
    public Verdict Judge(Verdict parent, string path)
    {
        PathPatterns.Verdict included = include?.Judge(parent.Include, path) ?? default;
        PathPatterns.Verdict excluded = excludes.Judge(parent.Exclude, path);
        return new(included, excluded, (include is null || included.IsMatch) && !excluded.IsMatch);
    }

    /// <summary>Whether something below a directory of this verdict may be in.</summary>
    public bool MayHold(Verdict directory) => directory.IsIn || (include is not null && !directory.Exclude.IsMatch) || excludes.HasExceptions;

    /// <summary>Whether a path is in, and what its children need to know.</summary>
    public readonly record struct Verdict(PathPatterns.Verdict Include, PathPatterns.Verdict Exclude, bool IsIn);
}

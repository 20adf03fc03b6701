using Slipway.Oci;
using Slipway.Store.Comparing;

namespace Slipway.Store.Explaining;

/// <summary>Where an image's bytes are. All sizes are of files' content; a file with several names in a layer counts once.</summary>
public sealed record ImageExplanation
{
    /// <summary>Each layer, the lowest first.</summary>
    public required IReadOnlyList<StepContent> Steps { get; init; }

    /// <summary>What is stored and can't be seen, the most first.</summary>
    public required IReadOnlyList<HiddenContent> Hidden { get; init; }

    /// <summary>Content that can be seen at several paths, the most first.</summary>
    public required IReadOnlyList<RepeatedContent> Repeated { get; init; }

    /// <summary>What package managers left behind, the most first.</summary>
    public required IReadOnlyList<PackageCache> Caches { get; init; }

    /// <summary>Whether all files were looked at for the same content: a very large image's smaller ones are not.</summary>
    public required bool AllCompared { get; init; }

    /// <summary>What all layers hold.</summary>
    public long StoredBytes => Steps.Sum(s => s.Bytes);

    /// <summary>What no container sees.</summary>
    public long HiddenBytes => Hidden.Sum(h => h.Bytes);

    /// <summary>What containers see more than once.</summary>
    public long RepeatedBytes => Repeated.Sum(r => r.Bytes);
}

/// <summary>What a layer holds.</summary>
/// <param name="Step">The layer.</param>
/// <param name="Bytes">Content of its files.</param>
/// <param name="Files">Files with content of their own.</param>
public sealed record StepContent(LayerStep Step, long Bytes, long Files);

/// <summary>Why content that is stored can't be seen.</summary>
public enum HiddenKind
{
    /// <summary>A later layer has another file of that name.</summary>
    Replaced,

    /// <summary>A later layer removes it.</summary>
    Removed,

    /// <summary>A later layer has the same content once more, with another mode, owner, attribute or time.</summary>
    Doubled,
}

/// <summary>Content of one layer that another hides.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Step">The layer that holds it.</param>
/// <param name="By">The layer that hides it.</param>
/// <param name="Bytes">How much.</param>
/// <param name="Files">In how many files.</param>
/// <param name="Changed">Of doubled content: what is another above.</param>
/// <param name="Largest">Some of the files, the largest first.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record HiddenContent(
    HiddenKind Kind, LayerStep Step, LayerStep By, long Bytes, long Files, Differing Changed, IReadOnlyList<SizedPath> Largest, string Fix);

/// <summary>The same content at several paths.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Bytes of it.</param>
/// <param name="Count">How many paths have it.</param>
/// <param name="Paths">The first of them.</param>
public sealed record RepeatedContent(Digest Digest, long Size, int Count, IReadOnlyList<string> Paths)
{
    /// <summary>What all but one take.</summary>
    public long Bytes => Size * (Count - 1);
}

/// <summary>What a package manager left behind.</summary>
/// <param name="Name">Whose: <c>apt lists</c>.</param>
/// <param name="Path">Where; the directory of the first one, where there are several.</param>
/// <param name="Steps">The layers that hold it.</param>
/// <param name="Bytes">How much.</param>
/// <param name="Files">In how many files.</param>
/// <param name="Fix">How it is avoided.</param>
public sealed record PackageCache(string Name, string Path, IReadOnlyList<LayerStep> Steps, long Bytes, long Files, string Fix);

/// <summary>A file, and how much it holds.</summary>
/// <param name="Path">Absolute; bytes that are not UTF-8 are U+FFFD. Not fit for a terminal as it is.</param>
/// <param name="Bytes">Its content.</param>
public sealed record SizedPath(string Path, long Bytes);

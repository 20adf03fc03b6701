using Slipway.Linux.Files;

namespace Slipway.Build.Context;

/// <summary>One file, directory or link that a COPY takes.</summary>
/// <param name="Path">From the source's own root; empty for the source itself.</param>
/// <param name="Status">As it was when it was looked at.</param>
/// <param name="Target">What a link points at.</param>
internal sealed record SourceEntry(string Path, FileStatus Status, byte[]? Target)
{
    /// <summary>What a file's bytes are, once that is known.</summary>
    public FileHash? Content { get; set; }

    /// <summary>Extended attributes that a copy gets, sorted by key: a stage's files have some, those of a context none.</summary>
    public IReadOnlyList<(byte[] Key, byte[] Value)> Attributes { get; set; } = [];

    /// <summary>A directory that is only there for what is below it: it is made where it is missing, and left as it is where it isn't.</summary>
    public bool IsOnlyParent { get; init; }
}

/// <summary>One match of a source word.</summary>
/// <param name="Path">From the tree's root; empty for the root.</param>
/// <param name="Entries">The source itself first, then what is below it, parents before children.</param>
internal sealed record SelectedSource(string Path, IReadOnlyList<SourceEntry> Entries)
{
    public bool IsDirectory => Entries[0].Status.IsDirectory;

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

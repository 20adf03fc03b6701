namespace Slipway.Api.BuildKit.Graphs;

/// <summary>What a graph (LLB) of a client's comes to, of the few kinds that are served: what clients want files of before there is a Dockerfile.</summary>
internal abstract record GraphResult
{
    /// <summary>No file at all: what a graph without operations comes to.</summary>
    public static GraphResult Nothing { get; } = new Files([]);

    /// <summary>The files of a git repository, a directory of it, or of a server's archive: what the context of a build may be, too.</summary>
    /// <param name="Url">As a build's context is named.</param>
    public sealed record Remote(string Url) : GraphResult;

    /// <summary>A directory with one file, which a server has.</summary>
    /// <param name="Url">Where.</param>
    /// <param name="FileName">What it is called here.</param>
    /// <param name="Checksum">What its digest must be; null: whatever it is.</param>
    public sealed record Download(string Url, string FileName, string? Checksum) : GraphResult;

    /// <summary>Files that the client says, and nothing else.</summary>
    public sealed record Files(IReadOnlyList<GraphFile> All) : GraphResult;
}

/// <summary>A file or directory that a graph makes.</summary>
/// <param name="Path">Its names, from the root on.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Content">Null: it is a directory.</param>
/// <param name="MakesParents">Whether the directories above are made where they lack.</param>
internal sealed record GraphFile(IReadOnlyList<string> Path, uint Mode, byte[]? Content, bool MakesParents);

namespace Slipway.Cli.Completion;

/// <summary>A word that may come next.</summary>
/// <param name="Word">The whole word.</param>
/// <param name="Description">What it is; shells that have room show it.</param>
internal sealed record Candidate(string Word, string Description = "")
{
    /// <summary>Not a word: file names may stand here too.</summary>
    public static Candidate Files { get; } = new(":files");

    /// <summary>Not a word: no space follows.</summary>
    public static Candidate NoSpace { get; } = new(":nospace");
}

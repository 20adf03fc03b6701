namespace Slipway.Cli.CommandLine;

/// <summary>A line of the command table.</summary>
/// <param name="Name">The words that call it: <c>image inspect</c>.</param>
/// <param name="Usage">Its arguments as the help shows them: <c>[OPTIONS] IMAGE [COMMAND] [ARG...]</c>.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Create">Builds the command.</param>
internal sealed record CommandEntry(string Name, string Usage, string Summary, Func<SlipCommand> Create)
{
    /// <summary>Other words that call it: <c>container ls</c> for <c>ps</c>.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Left out of the help: used by Slipway itself.</summary>
    public bool Hidden { get; init; }
}

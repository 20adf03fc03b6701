using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Completion;
using Slipway.Cli.Output;

namespace Slipway.Cli.Commands;

/// <summary>What a shell asks while somebody types: candidates, a line each, a tab before what they are. Nothing goes wrong here but silently.</summary>
internal sealed class CompleteCommand : SlipCommand
{
    private readonly Argument<string[]> _words = new("WORD") { Arity = ArgumentArity.ZeroOrMore };

    public CompleteCommand()
        : base("__complete", "Prints what may come next.") => Arguments.Add(_words);

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        try
        {
            StandardOutput.WriteLines(new Completer(global).Complete(line.GetValue(_words) ?? []).Select(c => c.Description.Length > 0 ? $"{c.Word}\t{c.Description.ReplaceLineEndings(" ")}" : c.Word));
        }
        catch (Exception e) when (e is Oci.SlipwayException or IOException or UnauthorizedAccessException)
        {
            return 1;
        }
        return 0;
    }
}

using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class UnprotectCommand : SlipCommand
{
    private readonly ProtectedKindOption _kind = new();
    private readonly Argument<string[]> _names = new("CONTAINER|VOLUME|IMAGE") { Arity = ArgumentArity.OneOrMore };

    public UnprotectCommand()
        : base("unprotect", "Lets containers, volumes and images be removed again that 'slip protect' kept.")
    {
        Options.Add(_kind);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.Do(line.GetValue(_names)!, name => engine.Protections.Unprotect(name, _kind.Of(line)));
    }
}

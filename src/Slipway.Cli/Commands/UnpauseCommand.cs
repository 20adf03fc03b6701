using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class UnpauseCommand : SlipCommand
{
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public UnpauseCommand()
        : base("unpause", "Lets paused containers go on.")
    {
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.DoAtOnce(line.GetValue(_containers)!, engine.Containers.Unpause);
    }
}

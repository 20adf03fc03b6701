using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class ReapCommand : SlipCommand
{
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public ReapCommand()
        : base("reap", "Called by a monitor whose client is gone.")
    {
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        foreach (string id in line.GetValue(_containers)!)
            engine.Containers.Reap(id);
        return 0;
    }
}

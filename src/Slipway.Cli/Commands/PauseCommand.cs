using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class PauseCommand : SlipCommand
{
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public PauseCommand()
        : base("pause", "Keeps all processes of containers still until unpause; they keep their memory and files.")
    {
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.DoAtOnce(line.GetValue(_containers)!, engine.Containers.Pause);
    }
}

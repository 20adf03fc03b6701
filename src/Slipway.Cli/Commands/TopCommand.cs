using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class TopCommand : SlipCommand
{
    private readonly Argument<string> _container = new("CONTAINER");
    private readonly Argument<string[]> _options = new("ps OPTIONS") { Arity = ArgumentArity.ZeroOrMore };

    public TopCommand()
        : base("top",
            """
            Lists the processes of a container, as the host's ps shows them.

              slip top web
              slip top web -o pid,comm
            """)
    {
        Arguments.Add(_container);
        Arguments.Add(_options);
    }

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        Console.Out.Write(engine.Containers.Top(line.GetValue(_container)!, line.GetValue(_options) ?? []));
        return 0;
    }
}

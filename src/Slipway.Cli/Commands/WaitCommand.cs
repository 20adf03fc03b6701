using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class WaitCommand : SlipCommand
{
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public WaitCommand()
        : base("wait", "Waits until containers end, then prints their exit codes.")
    {
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.Do(line.GetValue(_containers)!, name => Console.Out.WriteLine(engine.Containers.Wait(name)), print: false);
    }
}

using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class KillCommand : SlipCommand
{
    private readonly Option<string?> _signal = new("--signal", "-s") { Description = "Signal to send (default KILL)" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public KillCommand()
        : base("kill", "Sends a signal, SIGKILL unless another is named, to the first process of containers.")
    {
        Options.Add(_signal);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.DoAtOnce(line.GetValue(_containers)!, name => engine.Containers.Kill(name, line.GetValue(_signal) ?? "KILL"));
    }
}

using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class StopCommand : SlipCommand
{
    private readonly Option<int?> _time = new("--timeout", "-t", "--time") { Description = "Seconds to wait before killing (default 10)", HelpName = "int" };
    private readonly Option<string?> _signal = new("--signal", "-s") { Description = "Signal to send" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public StopCommand()
        : base("stop", "Asks containers to end (SIGTERM, or what the image says) and kills them after the timeout. Nothing that they wrote is lost.")
    {
        Options.Add(_time);
        Options.Add(_signal);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.DoAtOnce(line.GetValue(_containers)!, name => engine.Containers.Stop(name, line.GetValue(_time), line.GetValue(_signal)));
    }
}

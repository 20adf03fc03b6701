using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class ReviveCommand : SlipCommand
{
    private readonly Argument<string> _container = new("CONTAINER");

    public ReviveCommand()
        : base("revive", "Called by a monitor that has waited for its container's next start.") => Arguments.Add(_container);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine(willStart: true);
        engine.Containers.Revive(line.GetValue(_container)!);
        return 0;
    }
}

using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Pruning;

namespace Slipway.Cli.Commands;

internal sealed class ContainerPruneCommand : SlipCommand
{
    private readonly PruneOptions _options;

    public ContainerPruneCommand()
        : base("prune", "Removes all containers that don't run, with their writable layers. 'slip prune' shows first what would go.") => _options = new(this, trashes: true);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return _options.Run(line, engine, "WARNING! This will remove all stopped containers.", new() { Kinds = [PruneKind.Container] });
    }
}

using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Pruning;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class VolumePruneCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Remove all unused volumes, not just anonymous ones" };
    private readonly PruneOptions _options;

    public VolumePruneCommand()
        : base("prune", "Removes anonymous volumes that no container refers to, with what is in them; with -a also those that have a name.")
    {
        Options.Add(_all);
        _options = new(this, trashes: true);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        // Docker's has one: when a volume was made says nothing of what is in it.
        if (_options.Filters(line).Any(f => f.StartsWith("until=", StringComparison.Ordinal)))
            throw new SlipwayException(ErrorKind.InvalidArgument, "invalid filter 'until'") { Hint = "volumes know label and label!" };
        using SlipwayEngine engine = global.OpenEngine();
        bool all = line.GetValue(_all);
        string what = all ? "all local volumes" : "anonymous local volumes";
        return _options.Run(line, engine, $"WARNING! This will remove {what} not used by at least one container.", new() { Kinds = [PruneKind.Volume], NamedVolumes = all });
    }
}

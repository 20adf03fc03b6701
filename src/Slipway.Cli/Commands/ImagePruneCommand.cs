using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Pruning;

namespace Slipway.Cli.Commands;

internal sealed class ImagePruneCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Remove all unused images, not just dangling ones" };
    private readonly PruneOptions _options;

    public ImagePruneCommand()
        : base("prune", "Removes dangling images, which no tag points at; with -a all that no container stands on. 'slip prune' shows first what would go.")
    {
        Options.Add(_all);
        _options = new(this);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        bool all = line.GetValue(_all);
        string what = all ? "all images without at least one container associated to them" : "all dangling images";
        return _options.Run(line, engine, $"WARNING! This will remove {what}.", new() { Kinds = [PruneKind.Image], NamedImages = all });
    }
}

using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Pruning;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class SystemPruneCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Remove all unused images, not just dangling ones" };
    private readonly Option<bool> _volumes = new("--volumes") { Description = "Prune anonymous volumes" };
    private readonly PruneOptions _options;

    public SystemPruneCommand()
        : base("prune", "Removes stopped containers, unused networks, dangling images and build cache. 'slip prune' shows first what would go, and removes no more than that.")
    {
        Options.Add(_all);
        Options.Add(_volumes);
        _options = new(this, trashes: true);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        bool all = line.GetValue(_all), volumes = line.GetValue(_volumes);
        string[] filters = _options.Filters(line);
        if (volumes && filters.Any(f => f.StartsWith("until=", StringComparison.Ordinal)))
            throw new SlipwayException(ErrorKind.InvalidArgument, "the \"until\" filter is not supported with \"--volumes\"");
        using SlipwayEngine engine = global.OpenEngine();
        return _options.Run(line, engine, Warning(all, volumes, filters), new()
        {
            Kinds = [PruneKind.Container, PruneKind.Network, .. volumes ? [PruneKind.Volume] : (PruneKind[])[], PruneKind.Image, PruneKind.BuildCache],
            NamedImages = all,
            AllCache = all,
        });
    }

    private static string Warning(bool all, bool volumes, string[] filters)
    {
        List<string> lines = ["WARNING! This will remove:", "  - all stopped containers", "  - all networks not used by at least one container"];
        if (volumes)
            lines.Add("  - all anonymous volumes not used by at least one container");
        lines.Add(all ? "  - all images without at least one container associated to them" : "  - all dangling images");
        lines.Add(all ? "  - all build cache" : "  - unused build cache");
        lines.Add("");
        if (filters.Length > 0)
            lines.AddRange(["  Items to be pruned will be filtered with:", .. filters.Select(f => $"  - {f}"), ""]);
        return string.Join('\n', lines);
    }
}

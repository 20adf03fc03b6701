using System.CommandLine;
using Slipway.Build.Cache;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class BuilderPruneCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also what images have: it frees nothing, but is made anew by the next build" };
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Do not prompt for confirmation" };
    private readonly Option<string[]> _filter = new("--filter") { Description = "Only records that were not used for so long (until=24h), of this id (id=…) or type (type=regular, type=exec.cachemount, type=source.local), or whose instruction has a text (description=…)", HelpName = "filter" };
    private readonly Option<string?> _keep = new("--reserved-space", "--keep-storage") { Description = "Keep the most recently used records, up to so many bytes", HelpName = "bytes" };
    private readonly Option<string?> _most = new("--max-used-space") { Description = "Give up only as much as is needed for the cache to take so many bytes", HelpName = "bytes" };
    private readonly Option<string?> _free = new("--min-free-space") { Description = "Give up only as much as is needed for so many bytes to be free on the disk", HelpName = "bytes" };

    public BuilderPruneCommand()
        : base("prune",
            """
            Gives up what builds keep for the next ones, those used longest ago first. What a build that runs
            needs, and what images and containers have, stays.

              slip builder prune --filter until=168h
              slip builder prune -a -f --keep-storage 2gb
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_all, _force, _filter, _keep, _most, _free])
            Options.Add(option);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        bool all = line.GetValue(_all);
        CachePruneRules rules = CachePruneRules.Parse(line.GetValue(_filter) ?? []) with { All = all, KeepBytes = Bytes(line.GetValue(_keep)), MostBytes = Bytes(line.GetValue(_most)), FreeBytes = Bytes(line.GetValue(_free)) };
        if (!line.GetValue(_force) && !IsConfirmed(all))
            return 0;
        using SlipwayEngine engine = global.OpenEngine();
        CachePruned pruned = engine.Builds.Prune(rules, Interrupt.Token);
        if (pruned.Records.Count > 0)
        {
            Console.Out.WriteLine("Deleted build cache objects:");
            foreach (CacheRecord record in pruned.Records)
                Console.Out.WriteLine(record.Id);
            Console.Out.WriteLine();
        }
        Console.Out.WriteLine($"Total reclaimed space: {Humanize.Size(pruned.FreedBytes)}");
        return 0;
    }

    private static long Bytes(string? text) => text is null ? 0 : SizeText.Parse(text);

    private static bool IsConfirmed(bool all) =>
        Prompt.Line($"WARNING! This will remove all {(all ? "" : "dangling ")}build cache. Are you sure you want to continue? [y/N] ")?.ToLowerInvariant() is "y" or "yes";
}

using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Pruning;

namespace Slipway.Cli.Commands;

internal sealed class PruneCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also unused images that have a name and, with --volumes, unused volumes that have one" };
    private readonly Option<bool> _volumes = new("--volumes") { Description = "Also volumes that no container refers to" };
    private readonly Option<bool> _packed = new("--packed") { Description = "Also packed copies of layers that can be made again; to find out takes a while" };
    private readonly Option<bool> _trash = new("--trash") { Description = "Also what is in the trash: it can't be brought back afterwards" };
    private readonly Option<bool> _purge = new("--purge") { Description = "Containers and volumes would not go to the trash, but for good" };
    private readonly Option<string[]> _filter = new("--filter") { Description = "Only what was made before (until=24h), or has labels (label=KEY[=VALUE], label!=…)", HelpName = "filter" };
    private readonly Option<string?> _apply = new("--apply") { Description = "Remove what this plan shows, and is still unused", HelpName = "plan" };
    private readonly Option<bool> _json = new("--json") { Description = "Print the plan, or what was done, as JSON" };

    public PruneCommand()
        : base("prune",
            """
            Shows what nobody uses: stopped containers, dangling images, what builds and cut pulls have left; each
            with the reason, what it would free and when it was last used. Nothing is removed before the plan is
            applied, and then only what it shows; what was used in the meantime stays. Containers and volumes go to the
            trash, from where 'slip undo' brings them back, unless --purge is given.

              slip prune -a --filter until=720h
              slip prune --apply 7c1f0e
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_all, _volumes, _packed, _trash, _purge, _filter, _apply, _json])
            Options.Add(option);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        if (line.GetValue(_apply) is { } id)
        {
            PruneReport report = engine.Pruning.Apply(id, Interrupt.Token);
            if (line.GetValue(_json))
                Console.Out.WriteLine(PruneJson.Of(id, report).ToJsonString(InspectJson.Indented));
            else
                PlanPrinter.Print(report);
            return 0;
        }
        bool all = line.GetValue(_all);
        PrunePlan plan = engine.Pruning.Plan(new()
        {
            Kinds = [.. Enum.GetValues<PruneKind>().Where(k => k switch { PruneKind.Volume => line.GetValue(_volumes), PruneKind.PackedCopy => line.GetValue(_packed), PruneKind.Trash => line.GetValue(_trash), _ => true })],
            NamedImages = all,
            NamedVolumes = all,
            Purge = line.GetValue(_purge),
            Filter = PruneRequest.ReadFilter(line.GetValue(_filter) ?? []),
        }, Interrupt.Token);
        if (line.GetValue(_json))
            Console.Out.WriteLine(PruneJson.Of(plan).ToJsonString(InspectJson.Indented));
        else
            PlanPrinter.Print(plan, engine.Options.Clock.GetUtcNow());
        return 0;
    }
}

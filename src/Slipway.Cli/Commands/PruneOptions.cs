using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Pruning;

namespace Slipway.Cli.Commands;

/// <summary>What docker's prunes have in common: a filter, and a question before.</summary>
internal sealed class PruneOptions
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Do not prompt for confirmation" };
    private readonly Option<bool> _purge = new("--purge") { Description = "Containers and volumes go for good, not to the trash" };
    private readonly Option<string[]> _filter = new("--filter") { Description = "Only what was made before (until=24h), or has labels (label=KEY[=VALUE], label!=…)", HelpName = "filter" };

    /// <param name="command">The command that gets them.</param>
    /// <param name="trashes">It removes what goes to the trash.</param>
    public PruneOptions(Command command, bool trashes = false)
    {
        if (trashes)
            command.Options.Add(_purge);
        command.Options.Add(_force);
        command.Options.Add(_filter);
    }

    public string[] Filters(ParseResult line) => line.GetValue(_filter) ?? [];

    /// <summary>Asks, removes and says what was removed.</summary>
    public int Run(ParseResult line, SlipwayEngine engine, string warning, PruneRequest request)
    {
        request = request with { Purge = line.GetValue(_purge), Filter = PruneRequest.ReadFilter(Filters(line)) };
        if (line.GetValue(_force) || Confirmation.Ask(warning))
            PruneText.Print(engine.Pruning.Prune(request, Interrupt.Token));
        return 0;
    }
}

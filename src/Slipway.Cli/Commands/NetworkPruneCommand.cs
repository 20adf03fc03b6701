using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Networks;

namespace Slipway.Cli.Commands;

internal sealed class NetworkPruneCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Don't ask" };
    private readonly Option<string[]> _filter = new("--filter") { Description = "label=KEY[=VALUE], label!=KEY[=VALUE], until=24h", HelpName = "filter" };

    public NetworkPruneCommand()
        : base("prune", "Removes networks that no container is in, running or not. What this host has of the default network goes too, until that is used again.")
    {
        Options.Add(_force);
        Options.Add(_filter);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        if (!line.GetValue(_force))
        {
            Console.Error.Write("WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue? [y/N] ");
            if (Console.In.ReadLine()?.Trim() is not ("y" or "Y"))
                return 0;
        }
        using SlipwayEngine engine = global.OpenEngine();
        var filter = NetworkFilter.ParsePrune(line.GetValue(_filter) ?? [], engine.Options.Clock.GetUtcNow());
        IReadOnlyList<string> removed = engine.Networks.Prune(network => filter.Matches(engine.Networks, network));
        if (removed.Count > 0)
            Console.Out.WriteLine($"Deleted Networks:\n{string.Join('\n', removed)}\n");
        return 0;
    }
}

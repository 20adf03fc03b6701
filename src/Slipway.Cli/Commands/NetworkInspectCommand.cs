using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Inspecting;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class NetworkInspectCommand : SlipCommand
{
    private readonly Option<string?> _format = new("--format", "-f") { Description = "A Go template: '{{(index .IPAM.Config 0).Subnet}}', or json" };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "There is nothing more to be shown" };
    private readonly Argument<string[]> _names = new("NETWORK") { Arity = ArgumentArity.OneOrMore };

    public NetworkInspectCommand()
        : base("inspect", "Shows networks and who is in them, as JSON.")
    {
        Options.Add(_format);
        Options.Add(_verbose);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return InspectPrinter.Print(line.GetValue(_names)!, line.GetValue(_format), name => InspectNetworkJson.Of(engine, engine.Networks.Get(name)));
    }
}

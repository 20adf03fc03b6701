using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class NetworkDisconnectCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Also where the network is gone" };
    private readonly Argument<string> _network = new("NETWORK");
    private readonly Argument<string> _container = new("CONTAINER");

    public NetworkDisconnectCommand()
        : base("disconnect", "Takes a container out of a network, running or not.")
    {
        Options.Add(_force);
        Arguments.Add(_network);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        engine.Networks.Disconnect(line.GetValue(_network)!, line.GetValue(_container)!, line.GetValue(_force));
        return 0;
    }
}

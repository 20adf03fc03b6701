using System.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class NetworkConnectCommand : SlipCommand
{
    private readonly Option<string[]> _aliases = new("--alias") { Description = "One more name in the network", HelpName = "list" };
    private readonly Option<string?> _ip = new("--ip") { Description = "Fixed IPv4 address", HelpName = "address" };
    private readonly Option<string?> _ip6 = new("--ip6") { Description = "Fixed IPv6 address", HelpName = "address" };
    private readonly Option<string[]> _linkLocal = new("--link-local-ip") { Description = "Link-local address", HelpName = "list" };
    private readonly Option<string[]> _links = new("--link") { Description = "Know another container by a name: NAME[:ALIAS]", HelpName = "list" };
    private readonly Option<string[]> _options = new("--driver-opt") { Description = "Option of the driver", HelpName = "map" };
    private readonly Option<int> _priority = new("--gw-priority") { Description = "Of several networks, the highest has the default route", HelpName = "int" };
    private readonly Argument<string> _network = new("NETWORK");
    private readonly Argument<string> _container = new("CONTAINER");

    public NetworkConnectCommand()
        : base("connect", "Puts a container into one more network; one that runs is connected at once.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_aliases, _ip, _ip6, _linkLocal, _links, _options, _priority])
            Options.Add(option);
        Arguments.Add(_network);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        engine.Networks.Connect(new()
        {
            Network = line.GetValue(_network)!,
            Aliases = line.GetValue(_aliases) ?? [],
            Ipv4Address = line.GetValue(_ip),
            Ipv6Address = line.GetValue(_ip6),
            LinkLocalAddresses = line.GetValue(_linkLocal) ?? [],
            Links = line.GetValue(_links) ?? [],
            DriverOptions = KeyValues.Read(line.ValuesOf(_options)),
            GatewayPriority = line.GetValue(_priority),
        }, line.GetValue(_container)!);
        return 0;
    }
}

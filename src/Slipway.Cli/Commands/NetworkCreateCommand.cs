using System.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class NetworkCreateCommand : SlipCommand
{
    private readonly Option<string?> _driver = new("--driver", "-d") { Description = "bridge" };
    private readonly Option<string[]> _subnets = new("--subnet") { Description = "Addresses of the network: 172.28.0.0/16", HelpName = "list" };
    private readonly Option<string[]> _gateways = new("--gateway") { Description = "This host's address in it", HelpName = "list" };
    private readonly Option<string[]> _ranges = new("--ip-range") { Description = "Take containers' addresses from a part of the subnet", HelpName = "list" };
    private readonly Option<string[]> _reserved = new("--aux-address") { Description = "An address that no container gets: NAME=ADDRESS", HelpName = "map" };
    private readonly Option<bool> _internal = new("--internal") { Description = "Nothing leads out of it: not to other networks, not to this host's services, and no name is asked outside" };
    private readonly Option<bool> _ipv6 = new("--ipv6") { Description = "With IPv6 addresses" };
    private readonly Option<string?> _ipv4 = new("--ipv4") { Description = "With IPv4 addresses (default true)", HelpName = "bool", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _options = new("--opt", "-o") { Description = "Option of the driver: com.docker.network.driver.mtu=1400", HelpName = "map" };
    private readonly Option<string?> _ipamDriver = new("--ipam-driver") { Description = "Who gives out addresses: default" };
    private readonly Option<string[]> _ipamOptions = new("--ipam-opt") { Description = "Option of whoever gives out addresses: kept for who looks for it", HelpName = "map" };
    private readonly Option<string[]> _labels = new("--label") { Description = "Set a label: key=value", HelpName = "list" };
    private readonly Option<bool> _attachable = new("--attachable") { Description = "Every container may be in it: so it is anyway" };
    private readonly Option<bool> _configOnly = new("--config-only") { Description = "Make none: keep what was said for others that are made by it" };
    private readonly Option<string?> _configFrom = new("--config-from") { Description = "Make it by what such a one says", HelpName = "network" };
    private readonly Argument<string> _name = new("NETWORK");

    public NetworkCreateCommand()
        : base("create",
            """
            Makes a network. Its containers reach each other, by name too; those of other networks don't reach them but through published ports.

              slip network create backend
              slip network create --subnet 172.28.0.0/16 --ip-range 172.28.5.0/24 --gateway 172.28.5.254 lab
              slip network create --ipv6 --internal vault
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_driver, _subnets, _gateways, _ranges, _reserved, _internal, _ipv6, _ipv4, _options, _ipamDriver, _ipamOptions, _labels, _attachable, _configOnly, _configFrom])
            Options.Add(option);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        if (line.GetValue(_ipamDriver) is not (null or "default") and var addresses)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"IPAM driver '{Printable.Escape(addresses)}' not found: default is");
        using SlipwayEngine engine = global.OpenEngine();
        Console.Out.WriteLine(engine.Networks.Create(new()
        {
            Name = line.GetValue(_name)!,
            Driver = line.GetValue(_driver) ?? "bridge",
            ConfigOnly = line.GetValue(_configOnly),
            ConfigFrom = line.GetValue(_configFrom) ?? "",
            Internal = line.GetValue(_internal),
            Attachable = line.GetValue(_attachable),
            EnableIPv4 = line.GetValue(_ipv4) is not ("false" or "0"),
            EnableIPv6 = line.GetValue(_ipv6),
            Subnets = line.GetValue(_subnets) ?? [],
            Gateways = line.GetValue(_gateways) ?? [],
            Ranges = line.GetValue(_ranges) ?? [],
            Reserved = KeyValues.Read(line.ValuesOf(_reserved)),
            Options = KeyValues.Read(line.ValuesOf(_options)),
            AddressOptions = KeyValues.Read(line.ValuesOf(_ipamOptions)),
            Labels = KeyValues.Read(line.ValuesOf(_labels)),
        }).Id);
        return 0;
    }
}

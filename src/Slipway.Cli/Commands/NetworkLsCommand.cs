using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Networks;

namespace Slipway.Cli.Commands;

internal sealed class NetworkLsCommand : SlipCommand
{
    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["ID"] = "NETWORK ID", ["Name"] = "NAME", ["Driver"] = "DRIVER", ["Scope"] = "SCOPE", ["IPv4"] = "IPV4", ["IPv6"] = "IPV6", ["Internal"] = "INTERNAL",
        ["Labels"] = "LABELS", ["CreatedAt"] = "CREATED AT",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten ids" };
    private readonly Option<string[]> _filter = new("--filter", "-f") { Description = "driver=, id=, name=, label=KEY[=VALUE], type=custom|builtin, dangling=true", HelpName = "filter" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.ID}} {{.Name}}'" };

    public NetworkLsCommand()
        : base("ls", "Lists networks.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_quiet, _noTrunc, _filter, _format])
            Options.Add(option);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        var filter = NetworkFilter.Parse(line.GetValue(_filter) ?? []);
        List<NetworkRecord> networks = [.. engine.Networks.List().Where(n => filter.Matches(engine.Networks, n))];
        bool noTrunc = line.GetValue(_noTrunc);
        if (line.GetValue(_quiet) && line.GetValue(_format) is null)
        {
            foreach (NetworkRecord network in networks)
                Console.Out.WriteLine(noTrunc ? network.Id : network.ShortId);
            return 0;
        }
        new ListPrinter("{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}", s_headings).Print(line.GetValue(_format), networks.Select(n => new ListRow(field => FieldOf(n, field, noTrunc), () => n.Labels)));
        return 0;
    }

    private static string FieldOf(NetworkRecord network, string field, bool noTrunc) => field switch
    {
        "CreatedAt" => InspectJson.Time(network.Created),
        "Driver" => network.Driver,
        "ID" => noTrunc ? network.Id : network.ShortId,
        "IPv4" => network.EnableIPv4 ? "true" : "false",
        "IPv6" => network.EnableIPv6 ? "true" : "false",
        "Internal" => network.Internal ? "true" : "false",
        "Labels" => string.Join(',', network.Labels.Select(l => $"{l.Key}={l.Value}")),
        "Name" => network.Name,
        _ => "local",
    };
}

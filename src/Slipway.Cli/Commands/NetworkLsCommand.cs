using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Networks;
using Slipway.Oci;

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
        string[] filters = line.GetValue(_filter) ?? [];
        List<NetworkRecord> networks = [.. engine.Networks.List().Where(n => Matches(engine, n, filters))];
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

    // docker's filters: all keys must hold, of one key any.
    internal static bool Matches(SlipwayEngine engine, NetworkRecord network, IReadOnlyList<string> filters) =>
        filters.Select(Split).GroupBy(f => f.Key).All(key => key.Any(f => Matches(engine, network, f.Key, f.Value)));

    private static bool Matches(SlipwayEngine engine, NetworkRecord network, string key, string value) => key switch
    {
        "driver" => network.Driver == value,
        "id" => network.Id.StartsWith(value, StringComparison.Ordinal),
        "name" => network.Name.Contains(value, StringComparison.Ordinal),
        "scope" => value == "local",
        "label" => Split(value) is var (label, wanted) && network.Labels.TryGetValue(label, out string? has) && (wanted.Length == 0 || has == wanted),
        "type" => value == "builtin" == (network.IsDefault || network.Driver != "bridge"),
        "dangling" => value is "true" or "1" == (network is { IsDefault: false, Driver: "bridge" } && engine.Networks.MembersOf(network).Count == 0),
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid filter '{key}'") { Hint = "networks know driver, id, name, label, scope, type and dangling" },
    };

    private static (string Key, string Value) Split(string filter)
    {
        int equals = filter.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (filter, "") : (filter[..equals], filter[(equals + 1)..]);
    }
}

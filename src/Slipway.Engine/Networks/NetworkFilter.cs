using System.Text.RegularExpressions;
using Slipway.Engine.Filters;

namespace Slipway.Engine.Networks;

/// <summary>Which networks a list or a prune takes: docker's filters, all of which must hold (of one key, any).</summary>
public sealed class NetworkFilter
{
    private readonly FilterList _wanted;
    private readonly Regex[] _names;
    private readonly bool? _dangling;
    private readonly DateTimeOffset? _until;

    private NetworkFilter(FilterList wanted, DateTimeOffset? until)
    {
        _wanted = wanted;
        _names = [.. wanted["name"].Select(TextPattern.Parse)];
        _dangling = wanted.Flag("dangling");
        _until = until;
        if (wanted["type"].FirstOrDefault(t => t is not ("builtin" or "custom")) is { } type)
            throw FilterList.Invalid("type", type, "it is builtin or custom");
    }

    /// <summary>Reads those of a list: driver, id, name, label, scope, type, dangling.</summary>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: another key, or a value that it can't have.</exception>
    public static NetworkFilter Parse(IEnumerable<string> filters) => new(FilterList.Parse(filters, "networks", "driver", "id", "name", "label", "scope", "type", "dangling"), null);

    /// <summary>Reads those of a prune: label, label!, until.</summary>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: another key, or a value that it can't have.</exception>
    public static NetworkFilter ParsePrune(IEnumerable<string> filters, DateTimeOffset now)
    {
        FilterList wanted = FilterList.Parse(filters, "network prunes", "label", "label!", "until");
        return new(wanted, wanted.Time("until", now));
    }

    /// <summary>Whether it is taken.</summary>
    public bool Matches(NetworkManager networks, NetworkRecord network) =>
        _wanted.Any("driver", driver => network.Driver == driver)
        && _wanted.Any("id", id => network.Id.StartsWith(id, StringComparison.Ordinal))
        && (_names.Length == 0 || _names.Any(name => name.IsMatch(network.Name)))
        && _wanted.Any("scope", scope => scope == "local")
        && (!_wanted.HasLabels || _wanted.Labels(network.Labels))
        && _wanted.Any("type", type => type == "builtin" == (network.IsDefault || (network.Driver != "bridge" && !network.ConfigOnly)))
        && (_dangling is not { } dangling || dangling == (network is { IsDefault: false, Driver: "bridge" } && networks.MembersOf(network).Count == 0))
        && (_until is not { } until || network.Created < until);
}

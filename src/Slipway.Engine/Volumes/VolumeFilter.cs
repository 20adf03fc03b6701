using System.Text.RegularExpressions;
using Slipway.Engine.Filters;
using Slipway.Oci;

namespace Slipway.Engine.Volumes;

/// <summary>Which volumes a list takes: docker's filters, all of which must hold.</summary>
public sealed class VolumeFilter
{
    private readonly FilterList _wanted;
    private readonly bool? _dangling;
    private readonly Regex[] _names;

    private VolumeFilter(FilterList wanted)
    {
        _wanted = wanted;
        _dangling = wanted.Flag("dangling");
        _names = [.. wanted["name"].Select(TextPattern.Parse)];
    }

    /// <summary>Reads <c>key=value</c>: dangling, driver, label, name.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another key, or a value that it can't have.</exception>
    public static VolumeFilter Parse(IEnumerable<string> filters) => new(FilterList.Parse(filters, "volumes", "dangling", "driver", "label", "name"));

    /// <summary>Whether it is taken.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="isUsed">Whether a container refers to it.</param>
    public bool Matches(VolumeRecord volume, Func<bool> isUsed) =>
        _wanted.Any("driver", driver => driver == "local")
        && (_names.Length == 0 || _names.Any(n => n.IsMatch(volume.Name)))
        && _wanted.Labels(volume.Labels)
        && (_dangling is not { } dangling || dangling != isUsed());
}

using System.Globalization;
using Slipway.Engine.Filters;
using Slipway.Oci;
using Slipway.Registry.Search;

namespace Slipway.Engine.Registries;

/// <summary>Which repositories a search shows: docker's filters, all of which must hold.</summary>
public sealed class SearchFilter
{
    private readonly bool? _official, _automated;
    private readonly int _stars;

    private SearchFilter(FilterList wanted)
    {
        _official = wanted.Flag("is-official");
        _automated = wanted.Flag("is-automated");
        _stars = wanted["stars"].Select(StarsOf).DefaultIfEmpty(0).Max();
    }

    /// <summary>Reads <c>key=value</c>: stars, is-official, is-automated.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another key, or a value that it can't have.</exception>
    public static SearchFilter Parse(IEnumerable<string> filters) => new(FilterList.Parse(filters, "search", "is-automated", "is-official", "stars"));

    /// <summary>Whether a repository is taken.</summary>
    // Nothing is automated any more, says the specification of docker's API.
    public bool Matches(SearchResult found) => found.Stars >= _stars && (_official is null || _official == found.IsOfficial) && _automated is not true;

    private static int StarsOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int stars) ? stars : throw FilterList.Invalid("stars", text, "a number of stars");
}

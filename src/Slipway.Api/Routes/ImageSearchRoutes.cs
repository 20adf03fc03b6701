using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Api.Routing;
using Slipway.Api.Wire;
using Slipway.Engine.Filters;
using Slipway.Registry.Search;

namespace Slipway.Api.Routes;

/// <summary>The search of a registry, Docker Hub's unless the word names another.</summary>
internal static class ImageSearchRoutes
{
    private const int UsualLimit = 25;

    public static void Add(RouteTable routes) => routes.Get("images/search", SearchAsync);

    private static async Task SearchAsync(ApiRequest request)
    {
        // Before anybody is asked: what is wrong with a filter is said at once.
        var wanted = FilterList.Parse(request.Filters(), "search", "is-automated", "is-official", "stars");
        bool? official = wanted.Flag("is-official"), automated = wanted.Flag("is-automated");
        int stars = wanted["stars"].Select(StarsOf).DefaultIfEmpty(0).Max();
        int limit = request.Query("limit") is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int given) ? given : throw ApiException.BadRequest($"limit: '{Linux.Printable.Escape(text)}' is not a number")
            : UsualLimit;
        string term = request.Query("term") ?? "";
        IReadOnlyList<SearchResult> found = await request.Engine.Registries.SearchAsync(term, limit is 0 ? UsualLimit : limit, RegistryAuth.Read(request), request.Gone).ConfigureAwait(false);
        // Nothing is automated any more, says the specification.
        await request.JsonAsync(new JsonArray([.. found
            .Where(r => r.Stars >= stars && (official is null || official == r.IsOfficial) && automated is not true)
            .Select(r => (JsonNode)new JsonObject
            {
                ["star_count"] = r.Stars,
                ["is_official"] = r.IsOfficial,
                ["name"] = r.Name,
                ["is_automated"] = false,
                ["description"] = r.Description,
            })])).ConfigureAwait(false);
    }

    private static int StarsOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int stars) ? stars : throw FilterList.Invalid("stars", text, "a number of stars");
}

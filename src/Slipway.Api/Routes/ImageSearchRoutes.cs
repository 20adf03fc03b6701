using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Api.Routing;
using Slipway.Api.Wire;
using Slipway.Engine.Registries;
using Slipway.Registry.Search;

namespace Slipway.Api.Routes;

/// <summary>The search of a registry, Docker Hub's unless the word names another.</summary>
internal static class ImageSearchRoutes
{
    public static void Add(RouteTable routes) => routes.Get("images/search", SearchAsync);

    private static async Task SearchAsync(ApiRequest request)
    {
        // Before anybody is asked: what is wrong with a filter is said at once.
        var filter = SearchFilter.Parse(request.Filters());
        int limit = request.Query("limit") is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int given) ? given : throw ApiException.BadRequest($"limit: '{Linux.Printable.Escape(text)}' is not a number")
            : 0;
        string term = request.Query("term") ?? "";
        IReadOnlyList<SearchResult> found = await request.Engine.Registries.SearchAsync(term, limit is 0 ? RegistryManager.UsuallyFound : limit, RegistryAuth.Read(request), request.Gone).ConfigureAwait(false);
        await request.JsonListAsync(found
            .Where(filter.Matches)
            .Select(r => new JsonObject
            {
                ["star_count"] = r.Stars,
                ["is_official"] = r.IsOfficial,
                ["name"] = r.Name,
                ["is_automated"] = false,
                ["description"] = r.Description,
            })).ConfigureAwait(false);
    }
}

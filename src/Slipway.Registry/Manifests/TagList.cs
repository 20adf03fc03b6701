using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Manifests;

/// <summary>The tags of a repository, page by page (distribution-spec, listing tags).</summary>
internal static class TagList
{
    private const int MaxPageBytes = 4 << 20, MaxPages = 1000, MaxTags = 100_000;

    public static async Task<IReadOnlyList<string>> ReadAsync(RegistrySession session, string repository, CancellationToken cancellation)
    {
        List<string> tags = [];
        Uri? page = session.Endpoint.At($"{repository}/tags/list");
        for (int pages = 0; page is not null; pages++)
        {
            if (pages == MaxPages || tags.Count > MaxTags)
                throw new RegistryException(ErrorKind.Exhausted, $"{ShownText.Of(page)}: the list of tags does not end");
            (byte[] body, HttpResponseMessage response) = await session.ReadAsync(new RegistryRequest(HttpMethod.Get, page), MaxPageBytes, "list of tags", cancellation).ConfigureAwait(false);
            // What is no tag never reaches an address.
            tags.AddRange(JsonReader.Read(body, "the registry's list of tags", ErrorKind.Corrupt, ReadPage).Where(t => Reference.TryParse("x:" + t, out _)));
            page = Next(session, page, response);
        }
        return [.. tags.Distinct(StringComparer.Ordinal)];
    }

    // Link: </v2/name/tags/list?last=x&n=100>; rel="next" (RFC 8288)
    private static Uri? Next(RegistrySession session, Uri page, HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Link", out System.Net.Http.Headers.HeaderStringValues values))
            return null;
        string link = values.ToString();
        int end = link.IndexOf('>', StringComparison.Ordinal);
        if (!link.StartsWith('<') || end < 0 || !link[end..].Contains("next", StringComparison.Ordinal) || !Uri.TryCreate(page, link[1..end], out Uri? next))
            return null;
        return session.Endpoint.Owns(next) && next != page
            ? next
            : throw new RegistryException(ErrorKind.Denied, $"{ShownText.Of(page)}: the list of tags goes on elsewhere, which is not followed");
    }

    private static List<string>? ReadPage(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<string>? tags = null;
        while (json.NextMember(out string? name))
        {
            if (name == "tags")
                tags = json.Strings();
            else
                json.Skip();
        }
        return tags ?? [];
    }
}

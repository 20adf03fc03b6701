using Slipway.Api.Wire;

namespace Slipway.Api.Routing;

/// <summary>Answers a request.</summary>
internal delegate Task RouteHandler(ApiRequest request);

/// <summary>A method and a path, and who answers there.</summary>
/// <param name="Method">GET, which answers HEAD where the pattern has no HEAD of its own, POST, PUT, DELETE, HEAD.</param>
/// <param name="Segments">Of the path: a word, <c>*</c> for one segment, <c>**</c> for one or more, as an image's name is.</param>
/// <param name="Handler">Who answers.</param>
internal sealed record Route(string Method, string[] Segments, RouteHandler Handler)
{
    /// <summary>What stood at the stars; null where the path is another.</summary>
    public List<string>? Match(ReadOnlySpan<string> path)
    {
        var values = new List<string>(2);
        int at = 0;
        for (int i = 0; i < Segments.Length; i++)
        {
            if (Segments[i] == "**")
            {
                // As much as the rest of the pattern leaves.
                int count = path.Length - at - (Segments.Length - i - 1);
                if (count < 1)
                    return null;
                values.Add(string.Join('/', path.Slice(at, count)!));
                at += count;
                continue;
            }
            if (at == path.Length || path[at].Length == 0)
                return null;
            if (Segments[i] == "*")
                values.Add(path[at]);
            else if (Segments[i] != path[at])
                return null;
            at++;
        }
        return at == path.Length ? values : null;
    }
}

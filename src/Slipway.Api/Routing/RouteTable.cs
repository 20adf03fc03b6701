namespace Slipway.Api.Routing;

/// <summary>All that is answered. The first pattern that fits wins, so fixed words stand before names: <c>images/json</c> before <c>images/**/json</c>.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, List<Route>> _byFirst = new(StringComparer.Ordinal);

    public void Get(string pattern, RouteHandler handler) => Add("GET", pattern, handler);

    public void Head(string pattern, RouteHandler handler) => Add("HEAD", pattern, handler);

    public void Post(string pattern, RouteHandler handler) => Add("POST", pattern, handler);

    public void Put(string pattern, RouteHandler handler) => Add("PUT", pattern, handler);

    public void Delete(string pattern, RouteHandler handler) => Add("DELETE", pattern, handler);

    /// <summary>Who answers; null where nobody does, also where somebody would another method: dockerd tells no difference.</summary>
    public (Route Route, List<string> Values)? Find(string method, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty || !_byFirst.TryGetValue(path[0], out List<Route>? routes))
            return null;
        (Route, List<string>)? get = null;
        foreach (Route route in routes)
        {
            if (route.Match(path) is not { } values)
                continue;
            if (route.Method == method)
                return (route, values);
            if (method == "HEAD" && route.Method == "GET")
                get ??= (route, values);
        }
        return get;
    }

    private void Add(string method, string pattern, RouteHandler handler)
    {
        string[] segments = pattern.Split('/');
        if (!_byFirst.TryGetValue(segments[0], out List<Route>? routes))
            _byFirst[segments[0]] = routes = [];
        routes.Add(new(method, segments, handler));
    }
}

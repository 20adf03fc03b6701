using System.Globalization;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Wire;

namespace Slipway.Api.BuildKit;

/// <summary>The parameters of <c>POST /build?version=2</c> with a session, as BuildKit's frontend has them.</summary>
internal static class TracedBuildReader
{
    private const string FromSession = "client-session";

    /// <summary>What the frontend is asked.</summary>
    /// <exception cref="ApiException">400: a value that can't be.</exception>
    public static IReadOnlyDictionary<string, string> Attributes(ApiRequest request)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                attributes[name] = value;
        }
        Set("filename", request.Query("dockerfile"));
        Set("target", request.Query("target"));
        Set("platform", request.Query("platform"));
        // A session may be there for credentials alone: then the context is the body, as without one.
        Set("context", request.Query("remote") is { Length: > 0 } remote ? remote == FromSession ? null : remote : TracedBuild.Uploaded);
        Set("image-resolve-mode", request.Flag("pull") ? "pull" : null);
        Set("add-hosts", string.Join(',', request.QueryAll("extrahosts")));
        Set("force-network-mode", request.Query("networkmode"));
        Set("shm-size", request.Query("shmsize") is "0" ? null : request.Query("shmsize"));
        Set("ulimit", string.Join(',', BuildReader.Ulimits(request).Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Name}={u.Soft}:{u.Hard}"))));
        Set("cache-from", string.Join(',', BuildReader.CacheImports(request)));
        if (request.Flag("nocache"))
            attributes["no-cache"] = "";
        foreach ((string name, string? value) in BuildReader.Object(request, "buildargs"))
            attributes["build-arg:" + name] = value ?? "";
        foreach ((string name, string? value) in BuildReader.Object(request, "labels"))
            attributes["label:" + name] = value ?? "";
        return attributes;
    }

    /// <summary>Where the result goes: the store, under the names that are asked for, unless outputs say otherwise.</summary>
    /// <exception cref="ApiException">400: not a list of outputs.</exception>
    public static IReadOnlyList<SolveOutput> Outputs(ApiRequest request)
    {
        string names = string.Join(',', request.QueryAll("t").Where(t => t.Length > 0));
        if (request.Query("outputs") is not { Length: > 0 } text || text is "[]" or "null")
            return [new("moby", new Dictionary<string, string> { ["name"] = names })];
        JsonInput json = JsonBody.Parse(System.Text.Encoding.UTF8.GetBytes($"{{\"outputs\":{text}}}"));
        return [.. json.Objects("outputs").Select(output => new SolveOutput(output.Text("Type") ?? "", output.Map("Attrs")))];
    }
}

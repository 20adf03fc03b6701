using System.Text;
using System.Text.Json;
using Slipway.Api.Routes;
using Slipway.Api.Wire;
using Slipway.Build;
using Slipway.Build.Graph;
using Slipway.Oci;
using SharedMode = Slipway.Engine.Containers.Requests.SharedMode;

namespace Slipway.Api.Contracts.Requests;

/// <summary>Reads the parameters of <c>POST /build</c>. The context is not among them: it is the body, or what <c>remote</c> names.</summary>
internal static class BuildReader
{
    private const string HostNetwork = "network.host";

    // What steps can't have here, with docker's name for it on the command line.
    private static readonly (string Parameter, string Flag)[] s_unserved =
        [("memory", "--memory"), ("memswap", "--memory-swap"), ("cpushares", "--cpu-shares"), ("cpusetcpus", "--cpuset-cpus"), ("cpuperiod", "--cpu-period"), ("cpuquota", "--cpu-quota")];

    /// <exception cref="ApiException">400: a value that can't be.</exception>
    public static BuildRequest Read(ApiRequest request)
    {
        if (request.Flag("squash"))
            throw ApiException.BadRequest("squash is not served: an image's layers are what its steps made");
        if (request.Query("version") is not (null or "" or "1" or "2"))
            throw ApiException.BadRequest("build: version is 1 for docker's own builder, or 2 for BuildKit");
        string network = request.Query("networkmode") is { Length: > 0 } named and not "bridge" ? named : "default";
        if (SharedMode.ContainerOf(network) is { } container)
            _ = request.Engine.Containers.Get(container);
        // Where there is no default network, steps that name none have none.
        else if (network is not ("none" or "host" or "default"))
            _ = request.Engine.Networks.Get(network);
        return new()
        {
            ContextDirectory = "",
            DockerfilePath = request.Query("dockerfile") is { Length: > 0 } file and not "Dockerfile" ? file.TrimStart('/') : null,
            Tags = [.. request.QueryAll("t").Where(t => t.Length > 0).Select(Reference.ParseTag)],
            BuildArgs = Object(request, "buildargs"),
            Labels = Object(request, "labels").ToDictionary(l => l.Key, l => l.Value ?? ""),
            Target = request.Query("target") is { Length: > 0 } target ? target : null,
            Platform = PlatformCheck.Read(request.Query("platform")),
            NoCache = request.Flag("nocache") || IsWithoutCache(request),
            Network = network,
            // Whoever reaches this socket may run anything with the host's network anyway.
            Allowed = new HashSet<string> { HostNetwork },
            Limits = StepLimits.None with
            {
                Hosts = [.. request.QueryAll("extrahosts").SelectMany(h => h.Split(',', StringSplitOptions.RemoveEmptyEntries)).Where(HasAddress).Select(StepLimits.ParseHost)],
                ShmSize = request.Query("shmsize") is { Length: > 0 } and not "0" and var size ? SizeText.Parse(size) : null,
                Ulimits = Ulimits(request),
            },
        };
    }

    // docker-java's tests give a name alone, which says nothing, and the classic builder let it pass.
    private static bool HasAddress(string host) => host.AsSpan().ContainsAny(':', '=');

    /// <summary>Where the context comes from: an address, or <c>-</c> for the body.</summary>
    /// <exception cref="ApiException">400: not an address.</exception>
    public static string Context(ApiRequest request)
    {
        string context = request.Query("remote") is { Length: > 0 } remote ? remote : "-";
        bool isAddress = context == "-" || context.Contains("://", StringComparison.Ordinal) || context.StartsWith("git@", StringComparison.Ordinal) || context.StartsWith("github.com/", StringComparison.Ordinal);
        return isAddress ? context : throw ApiException.BadRequest($"build: remote '{Linux.Printable.Escape(context)}' is no address of git or of a http or https server");
    }

    /// <summary>What was asked for and isn't done, for the person who asked.</summary>
    public static IEnumerable<string> Warnings(ApiRequest request) =>
        s_unserved.Where(u => request.Query(u.Parameter) is { Length: > 0 } and not ("0" or "-1")).Select(u => $"{u.Flag} is not applied to the steps of a build")
            .Concat(CacheImports(request).Select(name => $"--cache-from {Linux.Printable.Escape(name)} is not used: steps come from what this daemon has made itself, or are done again"));

    /// <summary>Images that the client would have steps from.</summary>
    public static IReadOnlyList<string> CacheImports(ApiRequest request) =>
        request.Query("cachefrom") is { Length: > 0 } text ? JsonBody.Parse(Encoding.UTF8.GetBytes($"{{\"cachefrom\":{text}}}")).Texts("cachefrom") ?? [] : [];

    // Who names images to take steps from wants none from elsewhere; where none of them is here, that is no step at all.
    private static bool IsWithoutCache(ApiRequest request) => CacheImports(request) is { Count: > 0 } images && images.All(i => request.Engine.Images.Find(i) is null);

    /// <summary>A parameter that is an object of texts; empty where it isn't given.</summary>
    /// <exception cref="ApiException">400: not one.</exception>
    public static Dictionary<string, string?> Object(ApiRequest request, string name)
    {
        if (request.Query(name) is not { Length: > 0 } text)
            return [];
        JsonInput json = JsonBody.Parse(Encoding.UTF8.GetBytes(text));
        return json.Element.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.ValueKind switch
        {
            JsonValueKind.String => m.Value.GetString(),
            JsonValueKind.Null => null,
            _ => throw ApiException.BadRequest($"build: {name}: {Linux.Printable.Escape(m.Name)}: want a string"),
        });
    }

    /// <summary>Limits of steps' processes: a list, where every other parameter of this request that is JSON is an object.</summary>
    public static List<Ulimit> Ulimits(ApiRequest request)
    {
        if (request.Query("ulimits") is not { Length: > 0 } text)
            return [];
        JsonInput json = JsonBody.Parse(Encoding.UTF8.GetBytes($"{{\"ulimits\":{text}}}"));
        return [.. json.Objects("ulimits").Select(u => new Ulimit(
            u.Text("Name") ?? throw u.Expected("Name", "a limit's name"), (ulong)(u.Long("Soft") ?? 0), (ulong)(u.Long("Hard") ?? 0)))];
    }
}

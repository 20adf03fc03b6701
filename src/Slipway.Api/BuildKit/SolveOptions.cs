using System.Globalization;
using Slipway.Build;
using Slipway.Build.Dockerfile;
using Slipway.Build.Fetching;
using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Api.BuildKit;

/// <summary>What a client asks of the frontend <c>dockerfile.v0</c>: a map of texts, read into what a build wants.</summary>
internal sealed class SolveOptions
{
    private const string BuildArg = "build-arg:", Label = "label:", Context = "context:", Local = "local:", SharedKey = "sharedkey:localdir:", Attest = "attest:";
    private const string Image = "docker-image:", UploadPrefix = "http://buildkit-session/";

    // What BuildKit gives to steps and we don't.
    private static readonly string[] s_unserved = ["memory", "memswap", "cpushares", "cpuperiod", "cpuquota", "cpusetcpus", "cpusetmems", "cgroup-parent"];

    private readonly IReadOnlyDictionary<string, string> _attributes;

    private SolveOptions(IReadOnlyDictionary<string, string> attributes) => _attributes = attributes;

    /// <summary>The Dockerfile, from the root of the directory that it is in.</summary>
    public string Filename => Get("filename") ?? "Dockerfile";

    /// <summary>The URL of a context that is not the client's directory; null where it is.</summary>
    public string? RemoteContext => Get(Get("contextkey") ?? "context");

    public bool IsRemote => RemoteContext is not null;

    /// <summary>Whether the client holds the remote context ready to be fetched from itself: standard input of its own.</summary>
    public string? UploadPath => RemoteContext?.StartsWith(UploadPrefix, StringComparison.Ordinal) == true ? RemoteContext[(UploadPrefix.Length - 1)..] : null;

    /// <summary>Which directory of a remote context is the build's; null: all of it.</summary>
    public string? ContextDirectory => IsRemote ? Get("contextsubdir") : null;

    /// <summary>Whether the client's own Dockerfile is meant, also with a context from elsewhere.</summary>
    public bool HasLocalDockerfile => !IsRemote || Get("dockerfilekey") is not null;

    /// <summary>What the client calls the directory with the Dockerfile.</summary>
    public string DockerfileDirectory => Get("dockerfilekey") ?? "dockerfile";

    /// <summary>What is built for; empty: this machine.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: one is no platform.</exception>
    public IReadOnlyList<Platform> Platforms => PlatformsOf(_attributes);

    /// <summary>Named contexts that are directories of the client's, by the names that it has for those.</summary>
    public IReadOnlyDictionary<string, string> LocalContexts { get; private init; } = new Dictionary<string, string>();

    /// <summary>Named contexts that are images of OCI layouts of the client's.</summary>
    public IReadOnlyDictionary<string, (string Store, Digest Image)> LayoutContexts { get; private init; } = new Dictionary<string, (string, Digest)>();

    /// <summary>What tells a directory from that of another build, where the client tells it by directory and not by session.</summary>
    public IReadOnlyDictionary<string, string> SharedKeys { get; private init; } = new Dictionary<string, string>();

    /// <summary>Where the client would have results of earlier builds from, by names for people.</summary>
    public IReadOnlyList<string> CacheImports => [.. (Get("cache-from") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Whether registries are asked also for what is here.</summary>
    public bool IsPull => Get("image-resolve-mode") == "pull";

    /// <summary>What the frontend is asked instead of building; null: nothing.</summary>
    public string? Question => Get("requestid");

    /// <summary>What was asked for and isn't done, for the person who asked.</summary>
    public IEnumerable<string> Warnings => s_unserved.Where(name => Get(name) is { Length: > 0 } and not ("0" or "-1")).Select(name => $"--{name} is not applied to the steps of a build");

    /// <exception cref="SlipwayException">NotSupported: another frontend, or something that is not done.</exception>
    public static SolveOptions Read(string frontend, IReadOnlyDictionary<string, string> attributes)
    {
        if (frontend != "dockerfile.v0" && Frontend.Refusal(frontend == "gateway.v0" ? attributes.GetValueOrDefault("source") ?? "" : frontend) is { } refusal)
            throw new SlipwayException(ErrorKind.NotSupported, refusal);
        if (attributes.GetValueOrDefault("requestid") is { Length: > 0 } instead && !FrontendAnswers.Questions.ContainsKey(instead))
            throw new SlipwayException(ErrorKind.NotSupported, $"'{Linux.Printable.Escape(instead)}' instead of a build is not served: it is one of {string.Join(", ", FrontendAnswers.Questions.Keys)}");
        // A client that can't say which frontend it wants hands the wish on.
        if (attributes.GetValueOrDefault(BuildArg + "BUILDKIT_SYNTAX") is { Length: > 0 } wish && Frontend.Refusal(wish) is { } refused)
            throw new SlipwayException(ErrorKind.NotSupported, refused);
        if (attributes.FirstOrDefault(a => a.Key.StartsWith(Attest, StringComparison.Ordinal) && a.Value != "disabled=true" && a.Value != "false" && !IsForWhoCan(a.Value)).Key is { } attestation)
            throw new SlipwayException(ErrorKind.NotSupported, $"attestations ({Linux.Printable.Escape(attestation)}) are not made: build without --provenance and --sbom");
        attributes = PlatformContexts.Choose(attributes, Context, PlatformsOf(attributes));
        return new(attributes)
        {
            LocalContexts = attributes.Where(a => a.Key.StartsWith(Context, StringComparison.Ordinal) && a.Value.StartsWith(Local, StringComparison.Ordinal))
                .ToDictionary(a => NameOf(a.Key), a => a.Value[Local.Length..]),
            LayoutContexts = LayoutsOf(attributes),
            SharedKeys = attributes.Where(a => a.Key.StartsWith(SharedKey, StringComparison.Ordinal)).ToDictionary(a => a.Key[SharedKey.Length..], a => a.Value),
        };
    }

    /// <summary>The request, but for where files come from and go to.</summary>
    /// <param name="entitlements">What the client allows.</param>
    /// <param name="directoryOf">Where a named context will be.</param>
    /// <exception cref="SlipwayException">InvalidArgument: a value that can't be.</exception>
    public BuildRequest ToRequest(IEnumerable<string> entitlements, Func<string, string> directoryOf)
    {
        string? noCache = _attributes.GetValueOrDefault("no-cache");
        return new()
        {
            ContextDirectory = "",
            IsContextBrought = true,
            IsCheckout = false,
            BuildArgs = With(BuildArg).ToDictionary(a => a.Key, a => (string?)a.Value),
            Labels = With(Label).ToDictionary(a => a.Key, a => a.Value),
            Target = Get("target"),
            NoCache = noCache == "",
            NoCacheStages = noCache?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Platform = Platforms is [var platform, ..] ? platform : null,
            Contexts = With(Context).Where(a => !LayoutContexts.ContainsKey(NameOf(Context + a.Key))).ToDictionary(a => NameOf(Context + a.Key), a => ContextOf(NameOf(Context + a.Key), a.Value, directoryOf)),
            // Whoever reaches this socket may run anything with the host's network anyway; but all of the host's rights are asked for by name.
            Allowed = new HashSet<string>(entitlements.Where(name => name is "network.host" or "security.insecure")) { "network.host" },
            Network = Get("force-network-mode") switch
            {
                null or "sandbox" or "default" or "bridge" => "default",
                "none" => "none",
                "host" => "host",
                var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"network mode '{Linux.Printable.Escape(other)}' is not served in builds: it is default, none or host"),
            },
            Limits = StepLimits.None with
            {
                Hostname = Get("hostname") ?? StepLimits.None.Hostname,
                Hosts = [.. (Get("add-hosts") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(HostOf)],
                ShmSize = Get("shm-size") is { } size ? Number("shm-size", size) : null,
                Ulimits = [.. (Get("ulimit") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(UlimitOf)],
            },
        };
    }

    // What clients ask for on their own account, where the image can have it.
    private static bool IsForWhoCan(string attestation) => attestation.Split(',').Contains("inline-only=true");

    private static IReadOnlyList<Platform> PlatformsOf(IReadOnlyDictionary<string, string> attributes) => Platform.ParseList(attributes.GetValueOrDefault("platform", ""));

    private static string NameOf(string key) => PlatformContexts.NameOf(key[Context.Length..]);

    private static Dictionary<string, (string Store, Digest Image)> LayoutsOf(IReadOnlyDictionary<string, string> attributes)
    {
        var layouts = new Dictionary<string, (string, Digest)>();
        foreach ((string key, string value) in attributes)
        {
            if (key.StartsWith(Context, StringComparison.Ordinal) && SessionLayout.TryParse(value, out string store, out Digest image))
                layouts[NameOf(key)] = (store, image);
        }
        return layouts;
    }

    private static NamedContext ContextOf(string name, string value, Func<string, string> directoryOf)
    {
        if (value.StartsWith(Local, StringComparison.Ordinal))
            return new DirectoryContext(directoryOf(name));
        // BuildKit takes the slashes for optional, and clients that talk to it without buildx leave them out.
        if (value.StartsWith(Image, StringComparison.Ordinal))
            return NamedContext.OfImage(value[Image.Length..] is ['/', '/', .. var reference] ? reference : value[Image.Length..]);
        return GitReference.IsRemote(value)
            ? new RemoteContext(value)
            : throw new SlipwayException(ErrorKind.NotSupported, $"build context '{Linux.Printable.Escape(name)}': '{Linux.Printable.Escape(value)}' is not served: it is a directory, a URL of git or HTTP, docker-image://IMAGE or oci-layout://PATH");
    }

    private static (string Host, string Address) HostOf(string text)
    {
        (string host, string address) = StepLimits.ParseHost(text);
        return (host, address == Workers.HostGateway ? StepLimits.HostGateway : address);
    }

    // docker's own form is name=soft:hard, as on its command line.
    private static Ulimit UlimitOf(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string[] values = equals < 0 ? [] : text[(equals + 1)..].Split(':');
        return values.Length is 1 or 2 ? new(text[..equals], Limit(text, values[0]), Limit(text, values[^1])) : throw Invalid("ulimit", text);
    }

    private static ulong Limit(string text, string value) => value == "-1" ? ulong.MaxValue : ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong limit) ? limit : throw Invalid("ulimit", text);

    private static long Number(string name, string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Invalid(name, text);

    private static SlipwayException Invalid(string name, string text) => new(ErrorKind.InvalidArgument, $"invalid value '{Linux.Printable.Escape(text)}' for {name}");

    private string? Get(string name) => _attributes.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private IEnumerable<KeyValuePair<string, string>> With(string prefix) =>
        _attributes.Where(a => a.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(a => KeyValuePair.Create(a.Key[prefix.Length..], a.Value));
}

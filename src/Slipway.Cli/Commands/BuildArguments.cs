using System.CommandLine;
using System.Globalization;
using Slipway.Cli.Commands.Flags;
using Slipway.Build;
using Slipway.Build.Fetching;
using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Cli.Commands;

/// <summary>The flags of <c>build</c> that the Dockerfile's language knows of: arguments, stages, contexts, secrets, what steps may and have.</summary>
internal sealed class BuildArguments
{
    private readonly Option<string?> _file = new("--file", "-f") { Description = "The Dockerfile (default PATH/Dockerfile)" };
    private readonly Option<string[]> _args = new("--build-arg") { Description = "Value of an ARG: NAME=value, or NAME to copy yours", HelpName = "list" };
    private readonly Option<string[]> _contexts = new("--build-context") { Description = "What a name in FROM or --from means: NAME=PATH, NAME=URL of git or an archive, NAME=docker-image://IMAGE, NAME=oci-layout://PATH", HelpName = "list" };
    private readonly Option<string?> _target = new("--target") { Description = "Build this stage" };
    private readonly Option<string?> _platform = new("--platform") { Description = "Build for this platform: os/architecture[/variant]; several, with commas, are pushed, or go to outputs oci, local and tar" };
    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Run every step anew" };
    private readonly Option<string[]> _noCacheStages = new("--no-cache-filter") { Description = "Run the steps of this stage anew", HelpName = "list" };
    private readonly Option<string[]> _labels = new("--label") { Description = "Set a label of the image", HelpName = "list" };
    private readonly Option<string[]> _annotations = new("--annotation") { Description = "Set an annotation of the manifest: KEY=value", HelpName = "list" };
    private readonly LendingFlags _lent = new();
    private readonly Option<string[]> _allow = new("--allow") { Description = "Let the Dockerfile use network.host or security.insecure", HelpName = "list" };
    private readonly Option<string?> _network = new("--network") { Description = "Network of RUN steps: default, none, host, a network or container:NAME" };
    private readonly Option<string[]> _hosts = new("--add-host") { Description = "A line of /etc/hosts in RUN steps: NAME:ADDRESS, or NAME:host-gateway", HelpName = "list" };
    private readonly Option<string[]> _ulimits = new("--ulimit") { Description = "A limit of RUN steps: TYPE=SOFT[:HARD]", HelpName = "list" };
    private readonly Option<string?> _shmSize = new("--shm-size") { Description = "Size of /dev/shm in RUN steps", HelpName = "bytes" };

    public BuildArguments(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)
            [_file, _args, _contexts, _target, _platform, _noCache, _noCacheStages, _labels, _annotations, .. _lent.All, _allow, _network, _hosts, _ulimits, _shmSize])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What is built for; empty: this machine.</summary>
    public IReadOnlyList<Platform> Platforms(ParseResult line) => Platform.ParseList(line.GetValue(_platform) ?? "");

    /// <summary>The request that they make; of several platforms it is the first one's.</summary>
    public BuildRequest Read(ParseResult line, string context) => new()
    {
        ContextDirectory = context,
        DockerfilePath = line.GetValue(_file),
        // As tools for reproducible builds are told (reproducible-builds.org/specs/source-date-epoch); a checkout knows better than a shell.
        FallbackEpoch = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"),
        BuildArgs = ReadArgs(line.GetValue(_args) ?? []),
        Contexts = ReadContexts(line.GetValue(_contexts) ?? []),
        Target = line.GetValue(_target),
        Platform = Platforms(line) is [var platform, ..] ? platform : null,
        NoCache = line.GetValue(_noCache),
        NoCacheStages = [.. (line.GetValue(_noCacheStages) ?? []).SelectMany(names => names.Split(','))],
        Labels = KeyValues.Read(line.ValuesOf(_labels)),
        Annotations = ReadAnnotations(line.GetValue(_annotations) ?? []),
        Secrets = _lent.Secrets(line),
        SshAgents = _lent.Agents(line),
        Allowed = new HashSet<string>((line.GetValue(_allow) ?? []).SelectMany(names => names.Split(','))),
        Network = line.GetValue(_network) ?? "default",
        Limits = StepLimits.None with
        {
            Hosts = [.. (line.GetValue(_hosts) ?? []).Select(StepLimits.ParseHost)],
            Ulimits = [.. (line.GetValue(_ulimits) ?? []).Select(ReadUlimit)],
            ShmSize = line.GetValue(_shmSize) is { } size ? SizeText.Parse(size) : null,
        },
    };

    private static Dictionary<string, string?> ReadArgs(string[] args)
    {
        Dictionary<string, string?> read = [];
        foreach (string arg in args)
            read[FlagText.Cut(arg, '=').Head] = FlagText.Cut(arg, '=').Tail ?? Environment.GetEnvironmentVariable(arg);
        return read;
    }

    private static Dictionary<string, NamedContext> ReadContexts(string[] contexts)
    {
        Dictionary<string, NamedContext> read = [];
        foreach (string context in contexts)
        {
            (string name, string? value) = FlagText.Cut(context, '=');
            if (string.IsNullOrEmpty(value) || name.Length == 0)
                throw FlagText.Invalid("--build-context", context, "want NAME=PATH, NAME=docker-image://IMAGE or NAME=oci-layout://PATH");
            read[name] = ReadContext(context, value);
        }
        return read;
    }

    private static NamedContext ReadContext(string context, string value)
    {
        const string Image = "docker-image://", Layout = "oci-layout://";
        if (value.StartsWith(Image, StringComparison.Ordinal))
            return NamedContext.OfImage(value[Image.Length..]);
        if (!value.StartsWith(Layout, StringComparison.Ordinal))
        {
            if (GitReference.IsRemote(value))
                return new RemoteContext(value);
            // What buildx knows beyond that is of bake files.
            return value.StartsWith("target:", StringComparison.Ordinal) || value.Contains("://", StringComparison.Ordinal)
                ? throw FlagText.Invalid("--build-context", context, "there are no contexts of that kind here: want a path, a URL of git or HTTP, docker-image:// or oci-layout://")
                : new DirectoryContext(value);
        }
        (string path, string? digest) = FlagText.Cut(value[Layout.Length..], '@');
        (path, string? tag) = digest is null && path.LastIndexOf(':') is int colon && colon > path.LastIndexOf('/') ? (path[..colon], path[(colon + 1)..]) : (path, null);
        return new LayoutContext(path, digest ?? tag);
    }

    // Docker's names for where an annotation goes; here there is one manifest.
    private static Dictionary<string, string> ReadAnnotations(string[] annotations)
    {
        Dictionary<string, string> read = [];
        foreach (string annotation in annotations)
        {
            (string key, string? value) = FlagText.Cut(annotation, '=');
            read[key.StartsWith("manifest:", StringComparison.Ordinal) ? key["manifest:".Length..] : key] = value ?? throw FlagText.Invalid("--annotation", annotation, "want KEY=value");
        }
        return read;
    }

    private static Ulimit ReadUlimit(string text)
    {
        (string name, string? limits) = FlagText.Cut(text, '=');
        (string soft, string? hard) = FlagText.Cut(limits ?? "", ':');
        return TryLimit(soft, out ulong low) && TryLimit(hard ?? soft, out ulong high) && low <= high
            ? new(name, low, high)
            : throw FlagText.Invalid("--ulimit", text, "want TYPE=SOFT[:HARD], and the soft limit not above the hard one");
    }

    private static bool TryLimit(string text, out ulong limit)
    {
        limit = ulong.MaxValue;
        return text is "-1" or "unlimited" || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit);
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using Slipway.Cli.Commands.Flags;
using Slipway.Build;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Cli.Commands;

/// <summary>The flags of <c>build</c> that the Dockerfile's language knows of: arguments, stages, contexts, secrets, what steps may and have.</summary>
internal sealed class BuildArguments
{
    private readonly Option<string?> _file = new("--file", "-f") { Description = "The Dockerfile (default PATH/Dockerfile)" };
    private readonly Option<string[]> _args = new("--build-arg") { Description = "Value of an ARG: NAME=value, or NAME to copy yours", HelpName = "list" };
    private readonly Option<string[]> _contexts = new("--build-context") { Description = "What a name in FROM or --from means: NAME=PATH, NAME=docker-image://IMAGE, NAME=oci-layout://PATH", HelpName = "list" };
    private readonly Option<string?> _target = new("--target") { Description = "Build this stage" };
    private readonly Option<string?> _platform = new("--platform") { Description = "Build for this platform: os/architecture[/variant]" };
    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Run every step anew" };
    private readonly Option<string[]> _noCacheStages = new("--no-cache-filter") { Description = "Run the steps of this stage anew", HelpName = "list" };
    private readonly Option<string[]> _labels = new("--label") { Description = "Set a label of the image", HelpName = "list" };
    private readonly Option<string[]> _annotations = new("--annotation") { Description = "Set an annotation of the manifest: KEY=value", HelpName = "list" };
    private readonly Option<string[]> _secrets = new("--secret") { Description = "Lend a secret to RUN --mount=type=secret: id=NAME[,src=FILE|,env=VARIABLE]", HelpName = "list" };
    private readonly Option<string[]> _ssh = new("--ssh") { Description = "Lend an SSH agent to RUN --mount=type=ssh: default, or NAME=SOCKET", HelpName = "list" };
    private readonly Option<string[]> _allow = new("--allow") { Description = "Let the Dockerfile use network.host or security.insecure", HelpName = "list" };
    private readonly Option<string?> _network = new("--network") { Description = "Network of RUN steps: default, none or host" };
    private readonly Option<string[]> _hosts = new("--add-host") { Description = "A line of /etc/hosts in RUN steps: NAME:ADDRESS, or NAME:host-gateway", HelpName = "list" };
    private readonly Option<string[]> _ulimits = new("--ulimit") { Description = "A limit of RUN steps: TYPE=SOFT[:HARD]", HelpName = "list" };
    private readonly Option<string?> _shmSize = new("--shm-size") { Description = "Size of /dev/shm in RUN steps", HelpName = "bytes" };

    public BuildArguments(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)
            [_file, _args, _contexts, _target, _platform, _noCache, _noCacheStages, _labels, _annotations, _secrets, _ssh, _allow, _network, _hosts, _ulimits, _shmSize])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The request that they make.</summary>
    public BuildRequest Read(ParseResult line, string context) => new()
    {
        ContextDirectory = context,
        DockerfilePath = line.GetValue(_file),
        BuildArgs = ReadArgs(line.GetValue(_args) ?? []),
        Contexts = ReadContexts(line.GetValue(_contexts) ?? []),
        Target = line.GetValue(_target),
        Platform = line.GetValue(_platform) is { } platform ? ReadPlatform(platform) : null,
        NoCache = line.GetValue(_noCache),
        NoCacheStages = [.. (line.GetValue(_noCacheStages) ?? []).SelectMany(names => names.Split(','))],
        Labels = KeyValues.Read(line.ValuesOf(_labels)),
        Annotations = ReadAnnotations(line.GetValue(_annotations) ?? []),
        Secrets = (line.GetValue(_secrets) ?? []).Select(ReadSecret).ToDictionary(pair => pair.Id, pair => pair.Secret),
        SshAgents = (line.GetValue(_ssh) ?? []).Select(ReadAgent).ToDictionary(pair => pair.Id, pair => pair.Socket),
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
            read[Cut(arg, '=').Head] = Cut(arg, '=').Tail ?? Environment.GetEnvironmentVariable(arg);
        return read;
    }

    private static Dictionary<string, NamedContext> ReadContexts(string[] contexts)
    {
        Dictionary<string, NamedContext> read = [];
        foreach (string context in contexts)
        {
            (string name, string? value) = Cut(context, '=');
            if (string.IsNullOrEmpty(value) || name.Length == 0)
                throw Invalid("--build-context", context, "want NAME=PATH, NAME=docker-image://IMAGE or NAME=oci-layout://PATH");
            read[name] = ReadContext(context, value);
        }
        return read;
    }

    private static NamedContext ReadContext(string context, string value)
    {
        const string Image = "docker-image://", Layout = "oci-layout://";
        if (value.StartsWith(Image, StringComparison.Ordinal))
            return new ImageContext(Reference.Parse(value[Image.Length..]));
        if (!value.StartsWith(Layout, StringComparison.Ordinal))
        {
            return value.Contains("://", StringComparison.Ordinal)
                ? throw Invalid("--build-context", context, "contexts of that kind are not supported yet")
                : new DirectoryContext(value);
        }
        (string path, string? digest) = Cut(value[Layout.Length..], '@');
        (path, string? tag) = digest is null && path.LastIndexOf(':') is int colon && colon > path.LastIndexOf('/') ? (path[..colon], path[(colon + 1)..]) : (path, null);
        return new LayoutContext(path, digest ?? tag);
    }

    private static Platform ReadPlatform(string text) => text.Contains(',', StringComparison.Ordinal)
        ? throw Invalid("--platform", text, "one image is for one platform: several in one index are not supported yet")
        : Platform.Parse(text);

    // Docker's names for where an annotation goes; here there is one manifest.
    private static Dictionary<string, string> ReadAnnotations(string[] annotations)
    {
        Dictionary<string, string> read = [];
        foreach (string annotation in annotations)
        {
            (string key, string? value) = Cut(annotation, '=');
            read[key.StartsWith("manifest:", StringComparison.Ordinal) ? key["manifest:".Length..] : key] = value ?? throw Invalid("--annotation", annotation, "want KEY=value");
        }
        return read;
    }

    private static (string Id, BuildSecret Secret) ReadSecret(string text)
    {
        Dictionary<string, string> fields = ReadFields("--secret", text);
        string id = fields.GetValueOrDefault("id") ?? throw Invalid("--secret", text, "want id=NAME[,src=FILE|,env=VARIABLE]");
        string? path = fields.GetValueOrDefault("src") ?? fields.GetValueOrDefault("source"), variable = fields.GetValueOrDefault("env");
        string type = fields.GetValueOrDefault("type") ?? "";
        if (fields.Keys.FirstOrDefault(key => key is not ("id" or "src" or "source" or "env" or "type")) is { } unknown)
            throw Invalid("--secret", text, $"unexpected key '{unknown}'");
        if (type is not ("" or "file" or "env"))
            throw Invalid("--secret", text, $"unsupported secret type '{type}'");
        if (type == "env" && variable is null)
            (variable, path) = (path, null);
        // As docker: without more, a variable of that name where there is one, else a file.
        if (path is null && variable is null && type != "file" && Environment.GetEnvironmentVariable(id) is not null)
            variable = id;
        if (variable is null)
            return (id, new BuildSecret { Path = path ?? id });
        string value = Environment.GetEnvironmentVariable(variable) ?? throw Invalid("--secret", text, $"the variable {variable} is not set");
        return (id, new BuildSecret { Value = Encoding.UTF8.GetBytes(value) });
    }

    private static (string Id, string Socket) ReadAgent(string text)
    {
        (string id, string? socket) = Cut(text, '=');
        socket ??= Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        if (string.IsNullOrEmpty(socket))
            throw Invalid("--ssh", text, "SSH_AUTH_SOCK is not set: start an agent (eval $(ssh-agent)) and add a key to it (ssh-add)");
        if (Linux.Processes.FileKind.Of(socket) is { IsPipe: false })
            throw Invalid("--ssh", text, "a key file needs an agent: add it to one (ssh-add FILE) and give the agent's socket");
        return (id.Length > 0 ? id : "default", Path.GetFullPath(socket));
    }

    private static Ulimit ReadUlimit(string text)
    {
        (string name, string? limits) = Cut(text, '=');
        (string soft, string? hard) = Cut(limits ?? "", ':');
        return TryLimit(soft, out ulong low) && TryLimit(hard ?? soft, out ulong high) && low <= high
            ? new(name, low, high)
            : throw Invalid("--ulimit", text, "want TYPE=SOFT[:HARD], and the soft limit not above the hard one");
    }

    private static bool TryLimit(string text, out ulong limit)
    {
        limit = ulong.MaxValue;
        return text is "-1" or "unlimited" || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit);
    }

    private static Dictionary<string, string> ReadFields(string flag, string text)
    {
        try
        {
            return CsvFields.Read(text).Select(field => Cut(field, '=')).ToDictionary(field => field.Head.Trim(), field => field.Tail ?? "");
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw Invalid(flag, text, "want fields such as id=NAME,src=FILE, each once");
        }
    }

    private static (string Head, string? Tail) Cut(string text, char at)
    {
        int index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }

    private static SlipwayException Invalid(string flag, string value, string why) =>
        new(ErrorKind.InvalidArgument, $"invalid argument \"{Linux.Printable.Escape(value)}\" for \"{flag}\" flag: {why}");
}

using System.CommandLine;
using Slipway.Build.Export;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Store.Images.Archives;

namespace Slipway.Cli.Commands;

/// <summary>The flags of <c>build</c> that say where the result goes, as buildx has them.</summary>
internal sealed class BuildOutputs
{
    private readonly Option<string[]> _tags = new("--tag", "-t") { Description = "Name for the image", HelpName = "list" };
    private readonly Option<string[]> _outputs = new("--output", "-o")
    {
        Description = "Where the result goes: a directory, - for a tar, or type=image|local|tar|oci|docker|registry|cacheonly[,dest=PATH][,name=NAME][,push=true]",
        HelpName = "list",
    };

    private static readonly string[] s_fields = ["type", "dest", "name", "push"];

    // What buildx can be told, and what is done here without being told.
    private static readonly (string Key, string Value)[] s_always =
        [("compression", "gzip"), ("force-compression", "false"), ("oci-mediatypes", "true"), ("rewrite-timestamp", "true"), ("store", "true"), ("unpack", "true"), ("tar", "true"), ("mode", "copy"), ("platform-split", "false")];

    private readonly Option<bool> _load = new("--load") { Description = "Keep the image in the store (which is the default)" };
    private readonly Option<bool> _push = new("--push") { Description = "Push the image to the registries of its names" };
    private readonly Option<string?> _idFile = new("--iidfile") { Description = "Write the image's id to a file" };
    private readonly Option<string?> _metadataFile = new("--metadata-file") { Description = "Write digests and names to a file, as JSON" };

    public BuildOutputs(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_tags, _outputs, _load, _push, _idFile, _metadataFile])
            command.Options.Add(option);
    }

    /// <summary>The names of <c>-t</c>.</summary>
    public IReadOnlyList<Reference> Tags(ParseResult line) => [.. (line.GetValue(_tags) ?? []).Select(Reference.ParseTag)];

    /// <summary>The outputs; none where the flags say nothing.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: one that can't be.</exception>
    public IReadOnlyList<BuildOutput> Read(ParseResult line)
    {
        List<BuildOutput> outputs = [.. (line.GetValue(_outputs) ?? []).Select(Parse)];
        if (line.GetValue(_push))
            outputs.Add(new ImageOutput([], Push: true));
        if (line.GetValue(_load) && outputs.Count > 0 && !outputs.Exists(output => output is ImageOutput))
            outputs.Add(new ImageOutput([], Push: false));
        if (outputs.Count(WritesToStandardOutput) > 1)
            throw Invalid("-", "only one output can go to standard output");
        return outputs;
    }

    /// <summary>Whether an output is standard output, where then nothing else may be written.</summary>
    public static bool WritesToStandardOutput(BuildOutput output) => output is TarOutput { Path: null } or ArchiveOutput { Path: null };

    /// <summary>Writes the files that were asked for.</summary>
    public void WriteFiles(ParseResult line, Digest? image, Digest? config)
    {
        if (image is not null && line.GetValue(_idFile) is { } path)
            File.WriteAllText(path, image.ToString());
        if (line.GetValue(_metadataFile) is not { } metadata)
            return;
        var members = new Dictionary<string, string>();
        if (config is not null)
            members["containerimage.config.digest"] = config.ToString()!;
        if (image is not null)
            members["containerimage.digest"] = image.ToString()!;
        if (Tags(line) is { Count: > 0 } names)
            members["image.name"] = string.Join(',', names);
        File.WriteAllBytes(metadata, [.. JsonWriter.Document(members, static (json, members) => json.Members(members)), (byte)'\n']);
    }

    private static BuildOutput Parse(string text)
    {
        if (text == "-")
            return new TarOutput(RefuseTerminal(null));
        if (!text.Contains('=', StringComparison.Ordinal))
            return new LocalOutput(text);
        Dictionary<string, string> fields = ReadFields(text);
        string type = fields.GetValueOrDefault("type") ?? throw Invalid(text, "type is required");
        foreach ((string key, string value) in fields)
        {
            if (!s_fields.Contains(key) && !s_always.Contains((key, value)))
                throw Invalid(text, $"{Printable.Escape(key)}={Printable.Escape(value)} is not supported");
        }
        string? place = fields.GetValueOrDefault("dest") is { } dest && dest != "-" ? dest : null;
        bool push = fields.GetValueOrDefault("push") is "true" or "1";
        IReadOnlyList<Reference> names = [.. (fields.GetValueOrDefault("name") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Reference.ParseTag)];
        return type switch
        {
            "image" => new ImageOutput(names, push),
            "registry" => new ImageOutput(names, Push: true),
            "local" => new LocalOutput(place ?? throw Invalid(text, "dest is required for the local output")),
            "tar" => new TarOutput(RefuseTerminal(place)),
            "oci" => new ArchiveOutput(RefuseTerminal(place), ArchiveFormat.Oci, names),
            "docker" when fields.ContainsKey("dest") => new ArchiveOutput(RefuseTerminal(place), ArchiveFormat.Docker, names),
            "docker" => new ImageOutput(names, Push: false),
            "cacheonly" => new CacheOnlyOutput(),
            _ => throw Invalid(text, $"there is no output of type '{Printable.Escape(type)}'"),
        };
    }

    // The last field may be name=a,b as buildx writes it in quotes: "name=a,b".
    private static Dictionary<string, string> ReadFields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string field in Build.Dockerfile.CsvFields.Read(text))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw Invalid(text, $"invalid value {Printable.Escape(field)}");
            fields[field[..equals].Trim().ToLowerInvariant()] = field[(equals + 1)..];
        }
        return fields;
    }

    private static string? RefuseTerminal(string? path) => path is not null || Console.IsOutputRedirected
        ? path
        : throw new SlipwayException(ErrorKind.InvalidArgument, "dest file is required for an archive: standard output is a terminal") { Hint = "say dest=FILE, or redirect" };

    private static SlipwayException Invalid(string text, string why) =>
        new(ErrorKind.InvalidArgument, $"invalid argument \"{Printable.Escape(text)}\" for \"-o, --output\" flag: {why}");
}

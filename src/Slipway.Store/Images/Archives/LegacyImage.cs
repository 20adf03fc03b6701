using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Oci.Json;

namespace Slipway.Store.Images.Archives;

/// <summary>One layer of docker's archives of before 1.10: an image of its own then, which names the one below it.</summary>
internal sealed record LegacyImage
{
    public string? Parent { get; init; }
    public string? Architecture { get; init; }
    public string? OS { get; init; }

    /// <summary>How it came to be.</summary>
    public required HistoryEntry Step { get; init; }

    /// <summary>How to run it.</summary>
    public ExecutionConfig? Config { get; init; }

    /// <exception cref="SlipwayException">InvalidArgument: malformed, with the path.</exception>
    public static LegacyImage Read(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, Read);

    /// <summary>Reads the file <c>repositories</c>: repository → tag → the topmost layer's id.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: malformed, with the path.</exception>
    public static Dictionary<string, Dictionary<string, string>> ReadRepositories(ReadOnlySpan<byte> document) => JsonReader.Read(
        document, "the archive's repositories", ErrorKind.InvalidArgument, static (scoped ref JsonReader json) => json.Map(static (scoped ref JsonReader tags) => tags.StringMap()));

    private static LegacyImage? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? parent = null, created = null, author = null, comment = null, architecture = null, os = null;
        ExecutionConfig? config = null, made = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "parent": parent = json.String(); break;
                case "created": created = json.String(); break;
                case "author": author = json.String(); break;
                case "comment": comment = json.String(); break;
                case "architecture": architecture = json.String(); break;
                case "os": os = json.String(); break;
                case "config": config = ExecutionConfigJson.Read(ref json); break;
                // Of the container that it was made in: what ran there.
                case "container_config": made = ExecutionConfigJson.Read(ref json); break;
                default: json.Skip(); break;
            }
        }
        return new LegacyImage
        {
            Parent = string.IsNullOrEmpty(parent) ? null : parent,
            Architecture = architecture,
            OS = os,
            Step = new HistoryEntry { Created = created, CreatedBy = made?.Cmd is { Count: > 0 } command ? string.Join(' ', command) : null, Author = author, Comment = comment },
            Config = config,
        };
    }
}

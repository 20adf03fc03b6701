using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Store.Images.Archives;

/// <summary>One image in a Docker archive's manifest.json: paths within the archive.</summary>
internal sealed record DockerArchiveImage
{
    public required string Config { get; init; }
    public IReadOnlyList<string>? RepoTags { get; init; }
    public required IReadOnlyList<string> Layers { get; init; }
}

/// <summary>A Docker archive's two documents as text.</summary>
internal static class DockerArchiveJson
{
    /// <summary>Reads manifest.json.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: malformed, with the path.</exception>
    public static IReadOnlyList<DockerArchiveImage> Read(ReadOnlySpan<byte> document) =>
        JsonReader.Read(document, "the archive's manifest.json", ErrorKind.InvalidArgument, static (scoped ref JsonReader json) => json.List(ReadImage));

    /// <summary>Writes manifest.json.</summary>
    public static byte[] Write(IReadOnlyList<DockerArchiveImage> images) => JsonWriter.Document(images, static (json, image) =>
    {
        json.Write("Config"u8, image.Config);
        json.Write("RepoTags"u8, image.RepoTags);
        json.Write("Layers"u8, image.Layers);
    });

    /// <summary>Writes repositories: repository → tag → layer.</summary>
    public static byte[] Write(SortedDictionary<string, SortedDictionary<string, string>> repositories) =>
        JsonWriter.Document(repositories, static (json, all) =>
        {
            foreach ((string repository, SortedDictionary<string, string> tags) in all)
            {
                json.Name(repository);
                json.Object(tags, static (json, tags) => json.Members(tags));
            }
        });

    private static DockerArchiveImage? ReadImage(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? config = null;
        List<string>? tags = null, layers = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Config": config = json.Text(); break;
                case "RepoTags": tags = json.Texts(); break;
                case "Layers": layers = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new DockerArchiveImage
        {
            Config = config ?? throw json.Missing("Config"),
            RepoTags = tags,
            Layers = layers ?? throw json.Missing("Layers"),
        };
    }
}

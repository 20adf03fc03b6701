using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Store.Images.Archives;

/// <summary>One image in a Docker archive's manifest.json: paths within the archive.</summary>
internal sealed record DockerArchiveImage
{
    public required string Config { get; init; }
    public IReadOnlyList<string>? RepoTags { get; init; }
    public required IReadOnlyList<string> Layers { get; init; }
}

[JsonSerializable(typeof(IReadOnlyList<DockerArchiveImage>))]
[JsonSerializable(typeof(SortedDictionary<string, SortedDictionary<string, string>>), TypeInfoPropertyName = "Repositories")]
internal sealed partial class DockerArchiveJson : JsonSerializerContext
{
    /// <summary>As strict as the OCI documents (invariants I7, I8).</summary>
    public static DockerArchiveJson Strict { get; } = new(new JsonSerializerOptions
    {
        MaxDepth = 64,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Oci.Image;
using Slipway.Oci.Runtime;

namespace Slipway.Oci;

/// <summary>JSON of the OCI documents. Use <see cref="Strict"/>: it refuses what two readers could read differently.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(Descriptor))]
[JsonSerializable(typeof(RuntimeSpec))]
public sealed partial class OciJson : JsonSerializerContext
{
    /// <summary>
    /// Depth at most 64, exact case, no duplicate keys (invariants I7, I8). The relaxed encoder keeps the <c>+</c> of media types.
    /// </summary>
    public static OciJson Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 64,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
